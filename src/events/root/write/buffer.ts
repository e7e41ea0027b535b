/** Bit that marks a byte count in a streamed object, and the tag that says that a class's name follows. */
const BYTE_COUNT = 0x4000_0000;
const NEW_CLASS = 0xffff_ffff;
/** References to objects of a buffer are shifted by this. */
const MAP_OFFSET = 2;

/** What every TObject has in memory: it lives, and on the heap. */
const LIVING = 0x0300_0000;

/**
 * Bytes as ROOT streams objects: big-endian, every object framed by its length and version.
 * Source: ROOT's TBufferFile and TBuffer, https://root.cern/doc/master/classTBufferFile.html.
 */
export class RootBuffer {
  private bytes = Buffer.alloc(1024);
  private at = 0;

  /** @param start bytes of the key that stands before: references count from the key's beginning */
  constructor(private readonly start = 0) {}

  private room(n: number): number {
    const from = this.at;
    this.at += n;
    if (this.at > this.bytes.length) {
      const wider = Buffer.alloc(2 * this.at);
      this.bytes.copy(wider);
      this.bytes = wider;
    }
    return from;
  }

  u8(value: number): this {
    const at = this.room(1);
    this.bytes.writeUInt8(value, at);
    return this;
  }

  u16(value: number): this {
    const at = this.room(2);
    this.bytes.writeUInt16BE(value, at);
    return this;
  }

  /** Of either sign. */
  i32(value: number): this {
    const at = this.room(4);
    this.bytes.writeInt32BE(value | 0, at);
    return this;
  }

  i64(value: number): this {
    const at = this.room(8);
    this.bytes.writeBigInt64BE(BigInt(value), at);
    return this;
  }

  f32(value: number): this {
    const at = this.room(4);
    this.bytes.writeFloatBE(value, at);
    return this;
  }

  f64(value: number): this {
    const at = this.room(8);
    this.bytes.writeDoubleBE(value, at);
    return this;
  }

  raw(bytes: Uint8Array): this {
    const at = this.room(bytes.length);
    this.bytes.set(bytes, at);
    return this;
  }

  /** A TString: its length in one byte, or in four after 255. */
  text(value: string): this {
    const bytes = Buffer.from(value, 'utf8');
    if (bytes.length < 255) this.u8(bytes.length);
    else this.u8(255).i32(bytes.length);
    return this.raw(bytes);
  }

  /** An object of a class known from where it stands: length, version, members. */
  frame(version: number, members: () => void): this {
    const at = this.room(4);
    this.u16(version);
    members();
    this.bytes.writeUInt32BE((BYTE_COUNT | (this.at - at - 4)) >>> 0, at);
    return this;
  }

  /** An object behind a pointer, with the name of its class. @returns how others refer to it */
  pointer(className: string, members: () => void): number {
    const at = this.room(4);
    this.i32(NEW_CLASS).raw(Buffer.from(`${className}\0`, 'latin1'));
    members();
    this.bytes.writeUInt32BE((BYTE_COUNT | (this.at - at - 4)) >>> 0, at);
    return this.start + at + MAP_OFFSET;
  }

  object(bits = 0): this {
    return this.u16(1)
      .i32(0)
      .i32(LIVING | bits);
  }

  named(name: string, title: string, bits = 0): this {
    return this.frame(1, () => this.object(bits).text(name).text(title));
  }

  /** @returns a view; valid until the next write */
  done(): Buffer {
    return this.bytes.subarray(0, this.at);
  }
}
