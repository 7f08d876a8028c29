"""The bytes of an event file as TensorBoard's own writer makes them, as events.json; and a reader of such files.

Run with tensorboard 2.21.0 and protobuf 7.36.2:
    python events.py           writes events.json beside this file
    python events.py FOLDER    prints what TensorBoard's own reader finds in the event files of a folder
"""

import io
import json
import pathlib
import sys

from tensorboard.backend.event_processing import event_accumulator
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

EVENTS = [
    {"wallTime": 1700000000.25, "step": 0, "fileVersion": "brain.Event:2"},
    {"wallTime": 1700000001.5, "step": 471, "restart": True},
    {"wallTime": 1700000002.0, "step": 471, "scalars": [["loss/training", 0.1], ["learning rate", 1e-3]]},
    {"wallTime": 1700000003.0, "step": 0, "scalars": [["Verlust ä", 0.0], ["a", -2.5]]},
    {"wallTime": 1700000004.0, "step": 1 << 40, "scalars": [["big", 1e300], ["x" * 200, 3.0]]},
    {"wallTime": 1700000005.0, "step": -1, "scalars": []},
]


def event(entry):
    message = event_pb2.Event(wall_time=entry["wallTime"], step=entry["step"])
    if "fileVersion" in entry:
        message.file_version = entry["fileVersion"]
    elif "restart" in entry:
        message.session_log.status = event_pb2.SessionLog.START
    else:
        message.summary.SetInParent()
        for tag, value in entry["scalars"]:
            message.summary.value.add(tag=tag, simple_value=value)
    return message


def write():
    stream = io.BytesIO()
    stream.close = lambda: None
    writer = RecordWriter(stream)
    for entry in EVENTS:
        entry["hex"] = event(entry).SerializeToString().hex()
        writer.write(bytes.fromhex(entry["hex"]))
    writer.flush()
    reference = {"events": EVENTS, "file": stream.getvalue().hex()}
    path = pathlib.Path(__file__).with_name("events.json")
    path.write_text(json.dumps(reference, indent=1, ensure_ascii=False) + "\n")


def read(folder):
    found = event_accumulator.EventAccumulator(folder, size_guidance={"scalars": 0})
    found.Reload()
    scalars = {
        tag: [[item.step, item.value] for item in found.Scalars(tag)] for tag in found.Tags()["scalars"]}
    print(json.dumps(scalars, indent=1, sort_keys=True))


if len(sys.argv) > 1:
    read(sys.argv[1])
else:
    write()
