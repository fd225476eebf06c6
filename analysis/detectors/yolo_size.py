"""A YOLO export is fixed to the size it was exported for; this writes another size into its graph.

Only what depends on the size is replaced: the shapes inside the attention block, the centres of the cells
and their strides. The weights and so the answers stay those of an export for that size.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.detectors.base import DetectorMissing

STRIDES = (8, 16, 32)


def resized(model: Any, side_px: int) -> Any:
    """An OpenVINO model that takes squares of `side_px` instead of those it was exported for.

    Raises:
        DetectorMissing: when the model is no YOLO export of one square picture.
    """
    import openvino

    shape = model.input(0).partial_shape
    if len(shape) != 4 or not shape.is_static or shape[2] != shape[3]:
        raise DetectorMissing("the object model does not take one square picture")
    was_px = int(shape[2].get_length())
    if was_px == side_px:
        return model
    for node in model.get_ordered_ops():
        if node.get_type_name() == "Constant":
            _replace(node, was_px, side_px)
    model.get_parameters()[0].set_partial_shape(openvino.PartialShape([1, 3, side_px, side_px]))
    model.validate_nodes_and_infer_types()
    return model


def _replace(node: Any, was_px: int, side_px: int) -> None:
    from openvino import opset13

    readers = list(node.output(0).get_target_inputs())
    values = _other_values(node.data, was_px, side_px, [reader.get_node() for reader in readers])
    if values is not None:
        constant = opset13.constant(values)
        for reader in readers:
            reader.replace_source_output(constant.output(0))


def _other_values(values: Any, was_px: int, side_px: int, readers: list[Any]) -> Any:
    if values.dtype == np.int64 and any(reader.get_type_name() == "Reshape" for reader in readers):
        sizes = {
            was_px // 32: side_px // 32,
            (was_px // 32) ** 2: (side_px // 32) ** 2,
            _cells(was_px): _cells(side_px),
        }
        other = [sizes.get(int(value), int(value)) for value in values.ravel()]
        return np.array(other, np.int64).reshape(values.shape)
    if values.ndim < 2 or values.shape[-1] != _cells(was_px):
        return None
    return _strides(side_px) if values.ndim == 2 else _centres(side_px)


def _cells(side_px: int) -> int:
    return sum((side_px // stride) ** 2 for stride in STRIDES)


def _strides(side_px: int) -> Any:
    rows = [np.full((1, (side_px // stride) ** 2), stride, np.float32) for stride in STRIDES]
    return np.concatenate(rows, axis=1)


def _centres(side_px: int) -> Any:
    grids = []
    for stride in STRIDES:
        along = np.arange(side_px // stride, dtype=np.float32) + 0.5
        grids.append(np.stack(np.meshgrid(along, along)).reshape(1, 2, -1))
    return np.concatenate(grids, axis=2)
