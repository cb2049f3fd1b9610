namespace Tercel.Tests.Cache;

/// <summary>A sorted set as one would write it with the collections of .NET: the truth for the property
/// tests.</summary>
internal sealed class SortedSetModel
{
    private readonly List<(string Member, double Score)> _order = [];

    public Dictionary<string, double> Scores { get; } = [];

    public int Count => _order.Count;

    public (string Member, double Score) At(int rank) => _order[rank];

    public int RankOf(string member) => _order.BinarySearch((member, Scores[member]), new Order());

    public void Set(string member, double score)
    {
        Remove(member);
        Scores[member] = score;
        _order.Insert(~_order.BinarySearch((member, score), new Order()), (member, score));
    }

    public bool Remove(string member)
    {
        if (!Scores.TryGetValue(member, out var score)) return false;
        _order.RemoveAt(_order.BinarySearch((member, score), new Order()));
        return Scores.Remove(member);
    }

    private sealed class Order : IComparer<(string Member, double Score)>
    {
        public int Compare((string Member, double Score) x, (string Member, double Score) y) =>
            x.Score != y.Score ? x.Score.CompareTo(y.Score) : string.CompareOrdinal(x.Member, y.Member);
    }
}
