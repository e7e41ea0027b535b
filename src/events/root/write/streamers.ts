import { RootBuffer } from './buffer.js';

/**
 * What the classes of a tree look like, for readers that do not know them: versions, checksums and members as ROOT 6 has
 * them (its TStreamerInfo of a file with a tree). A member is "type name"; "type* name[count]" is an array of as many.
 */
const CLASSES: readonly (readonly [head: string, bases: string, members: string])[] = [
  ['TString 2 00017419', '', ''],
  ['TObject 1 901bc02d', '', 'unsigned int fUniqueID;bits fBits'],
  ['TNamed 1 dfb74a3c', 'TObject', 'TString fName;TString fTitle'],
  ['TLeaf 2 6d1e8152', 'TNamed', 'int fLen;int fLenType;int fOffset;bool fIsRange;bool fIsUnsigned;TLeaf* fLeafCount'],
  ['TLeafB 1 0f1e4b5e', 'TLeaf', 'char fMinimum;char fMaximum'],
  ['TLeafS 1 150ceecf', 'TLeaf', 'short fMinimum;short fMaximum'],
  ['TLeafI 1 7e6aae19', 'TLeaf', 'int fMinimum;int fMaximum'],
  ['TLeafL 1 de320862', 'TLeaf', 'long long fMinimum;long long fMaximum'],
  ['TLeafF 1 3add9d72', 'TLeaf', 'float fMinimum;float fMaximum'],
  ['TLeafD 1 118e8776', 'TLeaf', 'double fMinimum;double fMaximum'],
  ['TLeafO 1 02ae48d3', 'TLeaf', 'bool fMinimum;bool fMaximum'],
  ['TCollection 3 57e3cb9c', 'TObject', 'TString fName;int fSize'],
  ['TSeqCollection 0 fc6c3bc6', 'TCollection', ''],
  ['TObjArray 3 a99e6552', 'TSeqCollection', 'int fLowerBound;int fLast'],
  ['TList 5 69c5c3bb', 'TSeqCollection', ''],
  ['ROOT::TIOFeatures 1 1aa12f10', '', 'unsigned char fIOBits'],
  ['TAttLine 2 94074549', '', 'short fLineColor;short fLineStyle;short fLineWidth'],
  ['TAttFill 2 ffd92a92', '', 'short fFillColor;short fFillStyle'],
  ['TAttMarker 2 291d8bec', '', 'short fMarkerColor;short fMarkerStyle;float fMarkerSize'],
  [
    'TBranch 13 10978aac',
    'TNamed TAttFill',
    'int fCompress;int fBasketSize;int fEntryOffsetLen;int fWriteBasket;long long fEntryNumber;ROOT::TIOFeatures fIOFeatures;' +
      'int fOffset;counter fMaxBaskets;int fSplitLevel;long long fEntries;long long fFirstEntry;long long fTotBytes;long long fZipBytes;' +
      'TObjArray fBranches;TObjArray fLeaves;TObjArray fBaskets;int* fBasketBytes[fMaxBaskets];' +
      'long long* fBasketEntry[fMaxBaskets];long long* fBasketSeek[fMaxBaskets];TString fFileName',
  ],
  [
    'TTree 20 7264e07f',
    'TNamed TAttLine TAttFill TAttMarker',
    'long long fEntries;long long fTotBytes;long long fZipBytes;long long fSavedBytes;long long fFlushedBytes;double fWeight;' +
      'int fTimerInterval;int fScanField;int fUpdate;int fDefaultEntryOffsetLen;counter fNClusterRange;long long fMaxEntries;' +
      'long long fMaxEntryLoop;long long fMaxVirtualSize;long long fAutoSave;long long fAutoFlush;long long fEstimate;' +
      'long long* fClusterRangeEnd[fNClusterRange];long long* fClusterSize[fNClusterRange];ROOT::TIOFeatures fIOFeatures;' +
      'TObjArray fBranches;TObjArray fLeaves;TList* fAliases;TArrayD fIndexValues;TArrayI fIndex;TVirtualIndex* fTreeIndex;' +
      'TList* fFriends;TList* fUserInfo;TBranchRef* fBranchRef',
  ],
];

/** ROOT's number of a type (TVirtualStreamerInfo::EReadWrite), and its bytes. */
const BASIC: Readonly<Record<string, readonly [code: number, size: number, shown?: string]>> = {
  char: [1, 1],
  short: [2, 2],
  int: [3, 4],
  float: [5, 4],
  counter: [6, 4, 'int'],
  double: [8, 8],
  'unsigned char': [11, 1],
  'unsigned int': [13, 4],
  bits: [15, 4, 'unsigned int'],
  'long long': [16, 8],
  bool: [18, 1],
};
const ARRAY = 40;

interface Element {
  readonly className: string;
  readonly version: number;
  readonly name: string;
  readonly code: number;
  readonly size: number;
  readonly type: string;
  readonly title?: string;
  readonly checksum?: number;
  /** What the element's own class adds. */
  readonly more?: (out: RootBuffer) => void;
}

const heads = CLASSES.map(([head]) => {
  const [name, version, checksum] = head.split(' ');
  return { name, version: Number(version), checksum: Number.parseInt(checksum, 16) };
});
const headOf = (name: string) => heads.find((h) => h.name === name) as (typeof heads)[number];

function base(name: string): Element {
  const { version, checksum } = headOf(name);
  return {
    className: 'TStreamerBase',
    version: 3,
    name,
    code: name === 'TObject' ? 66 : name === 'TNamed' ? 67 : 0,
    size: 0,
    type: 'BASE',
    checksum,
    more: (out) => out.i32(version),
  };
}

function member(text: string, owner: { readonly name: string; readonly version: number }): Element {
  const at = text.lastIndexOf(' ');
  const type = text.slice(0, at);
  const [name, count] = text.slice(at + 1).split(/[[\]]/) as [string, string?];
  const plain = BASIC[type.replace(/\*$/, '')] as (typeof BASIC)[string] | undefined;
  if (plain && count !== undefined)
    return {
      className: 'TStreamerBasicPointer',
      version: 2,
      name,
      code: ARRAY + plain[0],
      size: plain[1],
      type,
      title: `[${count}]`,
      more: (out) => out.i32(owner.version).text(count).text(owner.name),
    };
  const of = (className: string, code: number, size: number, shown = type): Element => ({
    className,
    version: 2,
    name,
    code,
    size,
    type: shown,
  });
  if (plain) return of('TStreamerBasicType', plain[0], plain[1], plain[2]);
  if (type === 'TString') return of('TStreamerString', 65, 24);
  if (type === 'TObjArray') return of('TStreamerObject', 61, 64);
  if (type.endsWith('*')) return of('TStreamerObjectPointer', 64, 8);
  return of('TStreamerObjectAny', 62, type.startsWith('TArray') ? 24 : 1);
}

function writeElement(out: RootBuffer, e: Element): void {
  out.pointer(e.className, () =>
    out.frame(e.version, () => {
      out.frame(4, () => {
        out
          .named(e.name, e.title ?? '')
          .i32(e.code)
          .i32(e.size)
          .i32(0)
          .i32(0);
        for (const index of [0, e.checksum ?? 0, 0, 0, 0]) out.i32(index);
        out.text(e.type);
      });
      e.more?.(out);
    }),
  );
}

/** The list of TStreamerInfo that stands at the end of a file with trees. */
export function streamerList(start: number): Buffer {
  const out = new RootBuffer(start);
  out.frame(5, () => {
    out.object().text('').i32(CLASSES.length);
    CLASSES.forEach(([, bases, members], i) => {
      const head = heads[i];
      const elements = [
        ...bases.split(' ').filter(Boolean).map(base),
        ...members
          .split(';')
          .filter(Boolean)
          .map((text) => member(text, head)),
      ];
      out.pointer('TStreamerInfo', () =>
        out.frame(9, () => {
          out.named(head.name, '').i32(head.checksum).i32(head.version);
          out.pointer('TObjArray', () =>
            out.frame(3, () => {
              out.object().text('').i32(elements.length).i32(0);
              for (const element of elements) writeElement(out, element);
            }),
          );
        }),
      );
      out.u8(0); // the option with which it was added to the list
    });
  });
  return out.done();
}
