"""The public interface for programs, version 1: reading only, without a key."""
