"""Articles and what is known of them."""

from knowledge.models.articles import TEXT, Article, ArticleNumber, ArticleVersion
from knowledge.models.images import ArticleImage
from knowledge.models.index import IndexEntry, IndexTypo, IndexWord, Readership
from knowledge.models.reach import Audience, Reach
from knowledge.models.settings import ArticleCategory, KnowledgeSettings, SynonymGroup
from knowledge.models.use import ArticleDay, Citation, Feedback, MissedSearch

__all__ = [
    "TEXT",
    "Article",
    "ArticleCategory",
    "ArticleDay",
    "ArticleImage",
    "ArticleNumber",
    "ArticleVersion",
    "Audience",
    "Citation",
    "Feedback",
    "IndexEntry",
    "IndexTypo",
    "IndexWord",
    "KnowledgeSettings",
    "MissedSearch",
    "Reach",
    "Readership",
    "SynonymGroup",
]
