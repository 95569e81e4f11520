"""
Validates messages of ETSI TS 103 120 by ETSI's own schemas and ours, with xmlschema, which shares no code with Writ.

    python validate.py <folder of ETSI's schemas> <our schema> <message>...

Prints a line of JSON for each message: {"file": ..., "faults": [...]}. A fault says where and what, and no value.
"""

import json
import sys
from pathlib import Path

import xmlschema

core = "http://uri.etsi.org/03120/common/2019/10/Core"
files = {
    "http://uri.etsi.org/03280/common/2017/07": "TS_103_280_01.xsd",
    "http://uri.etsi.org/03120/common/2016/02/Common": "ts_103120_Common.xsd",
    "http://uri.etsi.org/03120/common/2020/09/Authorisation": "ts_103120_Authorisation.xsd",
    "http://uri.etsi.org/03120/common/2020/09/Task": "ts_103120_Task.xsd",
    "http://uri.etsi.org/03120/common/2020/09/Document": "ts_103120_Document.xsd",
    "http://uri.etsi.org/03120/common/2016/02/Notification": "ts_103120_Notification.xsd",
    "http://uri.etsi.org/03120/common/2019/10/Delivery": "ts_103120_Delivery.xsd",
}


def schema_of(folder: Path, ours: Path) -> xmlschema.XMLSchema:
    """One schema that imports all, so that each xsi:type of a message is found."""
    places = {core: folder / "ts_103120_Core.xsd", "urn:writ:etsi:1": ours}
    places |= {namespace: folder / name for namespace, name in files.items()}
    imports = "".join(
        f'<xs:import namespace="{namespace}" schemaLocation="{path.resolve().as_uri()}"/>'
        for namespace, path in places.items()
    )
    head = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">'
    locations = {namespace: path.resolve().as_uri() for namespace, path in places.items()}
    return xmlschema.XMLSchema(f"{head}{imports}</xs:schema>", locations=locations, allow="local")


def faults_of(schema: xmlschema.XMLSchema, name: str) -> list[str]:
    try:
        return [f"{error.path}: {error.reason}" for error in schema.iter_errors(name)]
    except xmlschema.XMLSchemaException as error:
        # An xsi:type that no schema has ends the reading.
        return [type(error).__name__]


def main() -> None:
    folder, ours, *messages = sys.argv[1:]
    schema = schema_of(Path(folder), Path(ours))
    for name in messages:
        print(json.dumps({"file": name, "faults": faults_of(schema, name)}))


main()
