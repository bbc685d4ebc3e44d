#!/usr/bin/env python3
"""Makes the committed dictionary tables and Tag.java.

Run by hand, never by the build, with pydicom on the path (Debian package python3-pydicom):

    /usr/bin/python3 engine/dicom/src/main/scripts/make-tables.py
    mvn -pl engine/dicom spotless:apply

Only facts of PS3.6 are taken (tag, VR, VM, keyword, name, retired; UID, kind, name, keyword,
retired); pydicom is under the Expat licence. Syntaxes and elements that are newer than the source are added
below from PS3.6 by hand. tag-keywords.txt lists which keywords become constants.
"""
import os

import pydicom
from pydicom import _dicom_dict, _uid_dict
from pydicom import _storage_sopclass_uids as storage_module

HERE = os.path.dirname(os.path.abspath(__file__))
RESOURCES = os.path.join(HERE, "..", "resources", "strata", "dicom")
TAG_JAVA = os.path.join(HERE, "..", "java", "strata", "dicom", "Tag.java")
SOURCE = "pydicom " + pydicom.__version__

NEWER_SYNTAXES = [
    ("1.2.840.10008.1.2.4.110", "JPEG XL Lossless", "JPEGXLLossless"),
    ("1.2.840.10008.1.2.4.111", "JPEG XL JPEG Recompression", "JPEGXLJPEGRecompression"),
    ("1.2.840.10008.1.2.4.112", "JPEG XL", "JPEGXL"),
    ("1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 Lossless", "HTJ2KLossless"),
    ("1.2.840.10008.1.2.4.202", "High-Throughput JPEG 2000 RPCL Lossless", "HTJ2KLosslessRPCL"),
    ("1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000", "HTJ2K"),
    ("1.2.840.10008.1.2.4.204", "JPIP HTJ2K Referenced", "JPIPHTJ2KReferenced"),
    ("1.2.840.10008.1.2.4.205", "JPIP HTJ2K Referenced Deflate", "JPIPHTJ2KReferencedDeflate"),
    ("1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression",
     "DeflatedImageFrameCompression"),
]

NEWER_ELEMENTS = [
    ("00060001", "SQ", "1", "CurrentFrameFunctionalGroupsSequence",
     "Current Frame Functional Groups Sequence"),
    ("00080017", "UI", "1", "AcquisitionUID", "Acquisition UID"),
    ("00080019", "UI", "1", "PyramidUID", "Pyramid UID"),
    ("00081088", "LO", "1", "PyramidDescription", "Pyramid Description"),
    ("00200027", "LO", "1", "PyramidLabel", "Pyramid Label"),
    ("7FE00003", "UV", "1", "EncapsulatedPixelDataValueTotalLength",
     "Encapsulated Pixel Data Value Total Length"),
]

# SOP classes whose name or place says storage but which are services, and the reverse.
NOT_STORAGE_NAMES = ("Storage Commitment", "Media Storage Directory", "Basic Study Content")


def element_lines():
    rows = {}
    for tag, (vr, vm, name, retired, keyword) in _dicom_dict.DicomDictionary.items():
        rows["%08X" % tag] = (vr, vm, keyword, name, "R" if retired else "")
    for mask, (vr, vm, name, retired, keyword) in _dicom_dict.RepeatersDictionary.items():
        rows[mask.upper().replace("X", "x")] = (
            vr, vm, keyword, name, "R" if retired else "")
    for tag, vr, vm, keyword, name in NEWER_ELEMENTS:
        rows.setdefault(tag, (vr, vm, keyword, name, ""))
    for tag in sorted(rows):
        vr, vm, keyword, name, retired = rows[tag]
        vr = "" if vr == "NONE" else vr.replace(" or ", "|")
        yield "\t".join((tag, vr, vm, keyword, name, retired)).rstrip("\t")


def storage_uids():
    return {str(v) for k, v in vars(storage_module).items() if isinstance(v, str) and v[:1] == "1"}


def is_storage(uid, name, known):
    if any(part in name for part in NOT_STORAGE_NAMES):
        return False
    return uid in known or name.removesuffix(" SOP Class").split(" (")[0].endswith(" Storage") or " Storage - " in name \
        or uid.startswith("1.2.840.10008.5.1.4.1.1.")


def uid_lines():
    known = storage_uids()
    rows = {}
    for uid, (name, kind, _info, retired, keyword) in _uid_dict.UID_dictionary.items():
        name = name.replace("(Retired)", "").strip()
        if kind == "Transfer Syntax":
            rows[uid] = ("SYNTAX", keyword, name, retired)
        elif kind == "SOP Class":
            word = "STORAGE" if is_storage(uid, name, known) else "SERVICE"
            rows[uid] = (word, keyword, name, retired)
        elif kind == "Meta SOP Class" or kind == "Service Class":
            rows[uid] = ("SERVICE", keyword, name, retired)
        else:
            rows[uid] = ("OTHER", keyword, name, retired)
    for uid, name, keyword in NEWER_SYNTAXES:
        rows.setdefault(uid, ("SYNTAX", keyword, name, ""))
    for uid in sorted(rows, key=lambda u: [int(p) for p in u.split(".")]):
        kind, keyword, name, retired = rows[uid]
        yield "\t".join((uid, kind, keyword, name, "R" if retired else "")).rstrip("\t")


def write(path, head, lines):
    with open(path, "w", encoding="utf-8") as out:
        for line in head:
            out.write("# " + line + "\n")
        for line in lines:
            out.write(line + "\n")


def tag_java():
    by_keyword = {row[4]: (tag, row) for tag, row in _dicom_dict.DicomDictionary.items() if row[4]}
    with open(os.path.join(HERE, "tag-keywords.txt"), encoding="utf-8") as words:
        wanted = {word for line in words if not line.startswith("#") for word in line.split()}
    wanted |= {row[4] for tag, row in _dicom_dict.DicomDictionary.items()
               if tag >> 16 in (0, 2) and not row[3] and row[4]}
    missing = sorted(wanted - by_keyword.keys())
    if missing:
        raise SystemExit("unknown keywords: " + " ".join(missing))
    yield "package strata.dicom;"
    yield ""
    yield "/**"
    yield " * Tags as {@code 0xggggeeee}, named by their PS3.6 keyword; made by {@code make-tables.py}."
    yield " * Every other standard tag is found by {@link Dictionary#tag(String)}."
    yield " */"
    yield "public final class Tag {"
    yield "    public static final int Item = 0xFFFEE000;"
    yield "    public static final int ItemDelimitationItem = 0xFFFEE00D;"
    yield "    public static final int SequenceDelimitationItem = 0xFFFEE0DD;"
    for word in sorted(wanted, key=lambda w: by_keyword[w][0]):
        if not word.endswith("DelimitationItem") and word != "Item":
            yield "    public static final int %s = 0x%08X;" % (word, by_keyword[word][0])
    with open(os.path.join(HERE, "tag-methods.txt"), encoding="utf-8") as methods:
        for line in methods:
            yield line.rstrip("\n")
    yield "}"


def main():
    write(os.path.join(RESOURCES, "elements.tsv"),
          ["Data elements of DICOM PS3.6 and PS3.7. Source: %s _dicom_dict (Expat licence), by"
           " make-tables.py." % SOURCE,
           "A few newer elements by hand from PS3.6.",
           "Fields: tag (x: any digit), VR (several: by context), VM, keyword, name, R if retired."],
          element_lines())
    write(os.path.join(RESOURCES, "uids.tsv"),
          ["Registered UIDs of DICOM PS3.6 A. Source: %s _uid_dict (Expat licence), by"
           " make-tables.py;" % SOURCE,
           "transfer syntaxes .4.110-112, .4.201-205 and .8.1 by hand from PS3.6.",
           "Fields: UID, kind (SYNTAX, STORAGE, SERVICE, OTHER), keyword, name, R if retired."],
          uid_lines())
    with open(TAG_JAVA, "w", encoding="utf-8") as out:
        for line in tag_java():
            out.write(line + "\n")


if __name__ == "__main__":
    main()
