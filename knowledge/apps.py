"""The knowledge app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    name = "knowledge"
    verbose_name = _("Knowledge")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from knowledge import receivers  # noqa: F401

        for model in ("ArticleCategory", "SynonymGroup"):
            auditlog.register(self.get_model(model))
        settings = self.get_model("KnowledgeSettings")
        auditlog.register(settings, m2m_fields={"portal_companies"})
