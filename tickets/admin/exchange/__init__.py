"""Lists go out as files and come in as files: CSV and XLSX."""
