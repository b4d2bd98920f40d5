// Photos of which the server sends the inside only: what stands around it in a JPEG file is always the same.
//
// The tables are those of ITU-T T.81, annex K, the ones for quantization at a quality of 20.
// `core.telegram.org/api/files`, "Stripped thumbnails".

/** The JPEG of a stripped photo; other bytes as they are. */
export function strippedPhotoToJpg(stripped: Buffer): Buffer {
  const [version, height, width] = stripped;
  if (stripped.length < 3 || version !== 1) return stripped;
  return Buffer.concat([header(height!, width!), stripped.subarray(3), END]);
}

function header(height: number, width: number): Buffer {
  const frame = [8, 0, height, 0, width, 3, ...[1, 0x22, 0], ...[2, 0x11, 1], ...[3, 0x11, 1]];
  const scan = [3, ...[1, 0], ...[2, 0x11], ...[3, 0x11], 0, 63, 0];
  const quantization = (table: number, hex: string) => [table, ...bytes(hex).map((at50) => Math.min(Math.floor((at50 * 250 + 50) / 100), 255))];
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, [...Buffer.from("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    segment(0xdb, quantization(0, LUMINANCE)),
    segment(0xdb, quantization(1, CHROMINANCE)),
    segment(0xc0, frame),
    segment(0xc4, [0x00, ...bytes(DC_LUMINANCE)]),
    segment(0xc4, [0x10, ...bytes(AC_LUMINANCE)]),
    segment(0xc4, [0x01, ...bytes(DC_CHROMINANCE)]),
    segment(0xc4, [0x11, ...bytes(AC_CHROMINANCE)]),
    segment(0xda, scan),
  ]);
}

function segment(marker: number, content: number[]): Buffer {
  const length = content.length + 2;
  return Buffer.from([0xff, marker, length >> 8, length & 0xff, ...content]);
}

const bytes = (hex: string) => [...Buffer.from(hex, "hex")];

const END = Buffer.from([0xff, 0xd9]);

/** In the order of the zigzag. */
const LUMINANCE =
  "100b0c0e0c0a100e0d0e1211101318281a181616183123251d283a333d3c3933" + "383740485c4e404457453738506d51575f626768673e4d71797064785c656763";
const CHROMINANCE = "1112121815182f1a1a2f6342384263" + "63".repeat(49);

/** How many codes there are of each length from 1 to 16, and what they stand for. */
const DC_LUMINANCE = "00010501010101010100000000000000" + "000102030405060708090a0b";
const DC_CHROMINANCE = "00030101010101010101010000000000" + "000102030405060708090a0b";
const AC_LUMINANCE =
  "0002010303020403050504040000017d" +
  "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a" +
  "535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7" +
  "c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa";
const AC_CHROMINANCE =
  "00020102040403040705040400010277" +
  "0001020311040521310612415107617113223281081442" +
  "91a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778" +
  "797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9ea" +
  "f2f3f4f5f6f7f8f9fa";
