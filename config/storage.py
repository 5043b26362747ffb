"""Static files under hashed names, the imports of JS modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage that also rewrites `import … from` in our modules."""

    support_js_module_import_aggregation = True
