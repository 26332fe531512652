namespace SamTune.Evaluation.Relevance;

/// <summary>Picks a few of many at equal distances.</summary>
internal static class Spread
{
    /// <summary>At most so many items, in their order, each the middle of its share of the list.</summary>
    public static T[] Evenly<T>(IReadOnlyList<T> items, int count) =>
        items.Count <= count ? [.. items] : [.. Enumerable.Range(0, count).Select(i => items[(int)((i + 0.5) * items.Count / count)])];
}
