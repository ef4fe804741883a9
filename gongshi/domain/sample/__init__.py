"""Invented records of the real city's departments, with known faults planted in them."""

from gongshi.domain.sample.catalogue import SampleItem, catalogue_of
from gongshi.domain.sample.departments import Department, departments
from gongshi.domain.sample.order import CannotSample, Order, first_day_in_time
from gongshi.domain.sample.sampling import Sample, sample_blocks, sample_frame

__all__ = [
    "CannotSample",
    "Department",
    "Order",
    "Sample",
    "SampleItem",
    "catalogue_of",
    "departments",
    "first_day_in_time",
    "sample_blocks",
    "sample_frame",
]
