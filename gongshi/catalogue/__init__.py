"""双公示目录: what each unit must disclose, in versions with dates."""
