"""What stands in the headers of shared libraries: read_libraries.py FILE... prints a JSON list.

ELF, Mach-O and PE in one form, read by LIEF. Names of symbols are as C writes them, without Mach-O's underscore.
"""

import json
import os
import sys

import lief

lief.logging.disable()

# SHN_UNDEF of ELF. LIEF's `imported` leaves out symbols without a type, as all that no library had at linking are.
UNDEFINED = 0
# The parts of a Mach-O symbol's type, of <mach-o/nlist.h>.
N_STAB, N_TYPE, N_EXT = 0xE0, 0x0E, 0x01

ELF_PROCESSORS = {lief.ELF.ARCH.X86_64: "x64", lief.ELF.ARCH.AARCH64: "arm64"}
MACHO_PROCESSORS = {
    lief.MachO.Header.CPU_TYPE.X86_64: "x64",
    lief.MachO.Header.CPU_TYPE.ARM64: "arm64",
}
PE_PROCESSORS = {
    lief.PE.Header.MACHINE_TYPES.AMD64: "x64",
    lief.PE.Header.MACHINE_TYPES.ARM64: "arm64",
}


def read_library(path):
    facts = {
        "file": os.path.basename(path),
        "format": None,
        "processor": "unknown",
        "needed": [],
        "searchPaths": [],
        "imports": [],
        "exports": [],
        "signed": False,
        "minimumSystem": None,
    }
    if lief.is_elf(path):
        facts.update(read_elf(lief.ELF.parse(path)))
    elif lief.is_macho(path):
        facts.update(read_macho(lief.MachO.parse(path)))
    elif lief.is_pe(path):
        facts.update(read_pe(lief.PE.parse(path)))
    return facts


def read_elf(binary):
    is_64_bit = binary.header.identity_class == lief.ELF.Header.CLASS.ELF64
    paths = [
        path
        for entry in binary.dynamic_entries
        if entry.tag in (lief.ELF.DynamicEntry.TAG.RUNPATH, lief.ELF.DynamicEntry.TAG.RPATH)
        for path in entry.paths
    ]
    return {
        "format": "ELF",
        "processor": ELF_PROCESSORS.get(binary.header.machine_type, "unknown") if is_64_bit else "unknown",
        "needed": list(binary.libraries),
        "searchPaths": [path for path in paths if path],
        "imports": [
            {
                "name": symbol.name,
                "from": None,
                "version": elf_version(symbol),
                "weak": symbol.binding == lief.ELF.Symbol.BINDING.WEAK,
            }
            for symbol in binary.dynamic_symbols
            if symbol.shndx == UNDEFINED and symbol.name
        ],
        "exports": [
            symbol.name
            for symbol in binary.dynamic_symbols
            if symbol.shndx != UNDEFINED and symbol.binding != lief.ELF.Symbol.BINDING.LOCAL
        ],
    }


def elf_version(symbol):
    """The version that a symbol is asked for with, such as GLIBC_2.34; None where it has none."""
    version = symbol.symbol_version if symbol.has_version else None
    auxiliary = version.symbol_version_auxiliary if version is not None else None
    return auxiliary.name if auxiliary is not None else None


def read_macho(fat):
    binary = fat.at(0)
    libraries = [library.name for library in binary.libraries if library.command != lief.MachO.LoadCommand.TYPE.ID_DYLIB]
    if binary.has_build_version:
        minimum = binary.build_version.minos
    else:
        minimum = binary.version_min.version if binary.has_version_min else None
    one = MACHO_PROCESSORS.get(binary.header.cpu_type, "unknown")
    return {
        "format": "Mach-O",
        "processor": one if fat.size == 1 else "several",
        "needed": libraries,
        "searchPaths": [command.path for command in binary.rpaths],
        "imports": [
            {
                "name": symbol.name.removeprefix("_"),
                "from": macho_origin(symbol, libraries),
                "version": None,
                "weak": bool(symbol.description & 0x40),  # N_WEAK_REF
            }
            for symbol in binary.symbols
            if symbol.raw_type & (N_STAB | N_TYPE | N_EXT) == N_EXT  # undefined, and not the debugger's
        ],
        "exports": [symbol.name.removeprefix("_") for symbol in binary.exported_symbols],
        "signed": binary.has_code_signature,
        "minimumSystem": ".".join(str(part) for part in minimum[:2]) if minimum else None,
    }


def macho_origin(symbol, libraries):
    """The library that a symbol is looked for in; None where it is looked for everywhere."""
    ordinal = (symbol.description >> 8) & 0xFF  # GET_LIBRARY_ORDINAL of <mach-o/nlist.h>
    return libraries[ordinal - 1] if 0 < ordinal <= len(libraries) else None


def read_pe(binary):
    tables = list(binary.imports) + list(binary.delay_imports)
    exported = binary.get_export()
    return {
        "format": "PE",
        "processor": PE_PROCESSORS.get(binary.header.machine, "unknown"),
        "needed": [table.name for table in tables],
        "imports": [
            {"name": entry.name, "from": table.name, "version": None, "weak": False}
            for table in tables
            for entry in table.entries
            if not entry.is_ordinal
        ],
        "exports": [entry.name for entry in exported.entries if entry.name] if exported else [],
    }


json.dump([read_library(path) for path in sys.argv[1:]], sys.stdout)
