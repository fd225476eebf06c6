"""A YOLO export is fixed to the square it was exported for; this writes another size into its graph.

Only what depends on the size is replaced: the shapes inside the attention block, the centres of the cells
and their strides. The weights and so the answers stay those of an export for that size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.detectors.base import DetectorMissing

STRIDES = (8, 16, 32)


@dataclass(frozen=True, slots=True)
class InputSize:
    """The picture that the network takes, in pixels, each side a multiple of 32."""

    width_px: int
    height_px: int

    def cells(self, stride: int) -> tuple[int, int]:
        """Rows and columns of cells of this many pixels."""
        return self.height_px // stride, self.width_px // stride

    @property
    def all_cells(self) -> int:
        return sum(rows * columns for rows, columns in map(self.cells, STRIDES))


def resized(model: Any, size: InputSize) -> Any:
    """An OpenVINO model that takes pictures of `size` instead of the squares it was exported for.

    Raises:
        DetectorMissing: when the model is no YOLO export of one square picture.
    """
    import openvino

    shape = model.input(0).partial_shape
    if len(shape) != 4 or not shape.is_static or shape[2] != shape[3]:
        raise DetectorMissing("the object model does not take one square picture")
    was = InputSize(int(shape[2].get_length()), int(shape[2].get_length()))
    if was == size:
        return model
    for node in model.get_ordered_ops():
        if node.get_type_name() == "Constant":
            _replace(node, was, size)
    model.get_parameters()[0].set_partial_shape(openvino.PartialShape([1, 3, size.height_px, size.width_px]))
    model.validate_nodes_and_infer_types()
    return model


def _replace(node: Any, was: InputSize, size: InputSize) -> None:
    from openvino import opset13

    readers = list(node.output(0).get_target_inputs())
    values = _other_values(node.data, was, size, [reader.get_node() for reader in readers])
    if values is not None:
        constant = opset13.constant(values)
        for reader in readers:
            reader.replace_source_output(constant.output(0))


def _other_values(values: Any, was: InputSize, size: InputSize, readers: list[Any]) -> Any:
    if values.dtype == np.int64 and any(reader.get_type_name() == "Reshape" for reader in readers):
        return np.array(_other_shape(values.ravel().tolist(), was, size), np.int64).reshape(values.shape)
    if values.ndim < 2 or values.shape[-1] != was.all_cells:
        return None
    return _strides(size) if values.ndim == 2 else _centres(size)


def _other_shape(shape: list[int], was: InputSize, size: InputSize) -> list[int]:
    """The attention block works on the coarsest cells: as rows and columns, or all in a row."""
    coarse, other = was.cells(STRIDES[-1]), size.cells(STRIDES[-1])
    if tuple(shape[-2:]) == coarse:
        return [*shape[:-2], *other]
    counts = {coarse[0] * coarse[1]: other[0] * other[1], was.all_cells: size.all_cells}
    return [counts.get(value, value) for value in shape]


def _strides(size: InputSize) -> Any:
    counts = [(stride, size.cells(stride)) for stride in STRIDES]
    rows = [np.full((1, rows * columns), stride, np.float32) for stride, (rows, columns) in counts]
    return np.concatenate(rows, axis=1)


def _centres(size: InputSize) -> Any:
    grids = []
    for rows, columns in map(size.cells, STRIDES):
        across, down = np.arange(columns, dtype=np.float32) + 0.5, np.arange(rows, dtype=np.float32) + 0.5
        grids.append(np.stack(np.meshgrid(across, down)).reshape(1, 2, -1))
    return np.concatenate(grids, axis=2)
