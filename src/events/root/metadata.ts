import { FileProxy, TBuffer, openFile } from 'jsroot/io';
import type { ByteSource } from './byte-source.js';
import type { Unpacker } from './codecs/unpack.js';
import { checkBlocks } from './codecs/unpack.js';
import { BasketDamage } from './damage.js';
import type { JsrootFile } from './jsroot-objects.js';
import { listen } from './quiet-console.js';

/** Hands jsroot our bytes: a short read is an error there too. */
class SourceProxy extends FileProxy {
  readonly #source: ByteSource;
  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }
  override openFile = (): Promise<boolean> => Promise.resolve(true);
  override getFileName = (): string => this.#source.path;
  override getFileSize = (): number => this.#source.size;
  override readBuffer = async (position: number, length: number): Promise<DataView> => {
    // jsroot asks for a header of fixed length, more than a tiny file has.
    const there = position < 1024 ? Math.min(length, this.#source.size - position) : length;
    if (there > this.#source.size - position) throw new BasketDamage(`the file ends before byte ${position + there}`);
    const bytes = new Uint8Array(new ArrayBuffer(Math.max(there, 0)));
    this.#source.read(position, bytes.length, bytes);
    return new DataView(bytes.buffer);
  };
}

/** Sentences with which jsroot reports that it read something wrongly. Others are remarks. */
const alarms = /missmatch|fail|unzip|not supported|did not found|not found|error|cannot/i;

/**
 * Those that matter while a tree's own description is read. A user's object beside it, of a class that the file does not
 * describe, is skipped by its byte count and harms nothing.
 */
export const treeAlarms = /unzip|(missmatch|not found).*\b(TTree|TNtuple|TBranch|TLeaf|TBasket|TObjArray)/i;

/** Run a piece of jsroot's work; what it says on the console about a failure becomes an error. */
export async function quietly<T>(work: () => Promise<T>, alarming = alarms): Promise<T> {
  const { result, said } = await listen(work);
  const alarm = said.find((line) => alarming.test(line));
  if (alarm !== undefined) throw new BasketDamage(alarm);
  return result;
}

/** Open a file with jsroot, which reads its directory and class descriptions; objects are unpacked natively from then on. */
export async function openMetadata(source: ByteSource, unpacker: Unpacker): Promise<JsrootFile> {
  const file = (await quietly(() => openFile(new SourceProxy(source)))) as JsrootFile;
  file.readObjBuffer = async (key) => {
    const packed = Buffer.allocUnsafeSlow(Math.max(key.fNbytes - key.fKeylen, 0));
    source.read(key.fSeekKey + key.fKeylen, packed.length, packed);
    checkBlocks(packed, 0, packed.length, key.fObjlen);
    const object = Buffer.from(new ArrayBuffer(key.fObjlen));
    unpacker.unpack(packed, 0, packed.length, object, 0, key.fObjlen, 1);
    const buffer = new TBuffer(new DataView(object.buffer, 0, key.fObjlen), 0, file);
    buffer.fTagOffset = key.fKeylen;
    return buffer;
  };
  return file;
}
