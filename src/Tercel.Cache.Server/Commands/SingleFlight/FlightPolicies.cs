using System.Diagnostics.CodeAnalysis;
using Tercel.Cache.Tags;

namespace Tercel.Cache.Server.Commands.SingleFlight;

/// <summary>The policies of all prefixes.</summary>
/// <remarks>Thread: any; readers see an immutable table that is replaced as a whole. Cost: while there are no
/// policies, one branch.</remarks>
internal sealed class FlightPolicies
{
    /// <summary>Most policies at the same time.</summary>
    public const int CountMax = 256;

    private readonly Lock _writing = new();
    private readonly TagTable _tags;
    private Table? _table;
    private bool _isUsed;

    public FlightPolicies(TagTable tags)
    {
        _tags = tags;
        tags.StaleWindowAdded = () => Volatile.Write(ref _isUsed, true);
    }

    /// <summary>Whether there are policies, or values with a stale window of their own: the one branch of
    /// GET.</summary>
    public bool IsUsed => _isUsed;

    /// <summary>All policies, longest prefix first.</summary>
    public IReadOnlyList<FlightPolicy> All => _table?.Policies ?? [];

    /// <summary>The policy with the longest prefix that the key begins with.</summary>
    public bool TryMatch(ReadOnlySpan<byte> key, [NotNullWhen(true)] out FlightPolicy? policy)
    {
        policy = null;
        return _table is { } table && table.TryMatch(key, out policy);
    }

    /// <summary>Adds a policy or replaces the one of the same prefix; false when there are too many.</summary>
    public bool TrySet(FlightPolicy policy)
    {
        lock (_writing)
        {
            var others = new List<FlightPolicy>();
            foreach (var old in All)
            {
                if (old.Prefix.AsSpan().SequenceEqual(policy.Prefix)) policy = policy.WithCountsOf(old);
                else others.Add(old);
            }

            if (others.Count >= CountMax) return false;
            others.Add(policy);
            Volatile.Write(ref _table, new Table(others));
            Volatile.Write(ref _isUsed, true);
            return true;
        }
    }

    /// <summary>Removes the policy of a prefix; false when there is none.</summary>
    public bool Remove(byte[] prefix)
    {
        lock (_writing)
        {
            var others = All.Where(old => !old.Prefix.AsSpan().SequenceEqual(prefix)).ToList();
            if (others.Count == All.Count) return false;
            Volatile.Write(ref _table, others.Count == 0 ? null : new Table(others));
            Volatile.Write(ref _isUsed, others.Count > 0 || _tags.HasStaleWindows);
            return true;
        }
    }

    public FlightPolicy? Find(byte[] prefix) => All.FirstOrDefault(p => p.Prefix.AsSpan().SequenceEqual(prefix));

    /// <summary>Policies by the first byte of their prefix, longest first; one for all keys is in every list.</summary>
    private sealed class Table
    {
        private readonly FlightPolicy[][] _byFirstByte = new FlightPolicy[256][];
        private readonly FlightPolicy? _forAll;

        public Table(List<FlightPolicy> policies)
        {
            Policies = [.. policies.OrderByDescending(p => p.Prefix.Length)];
            _forAll = Policies.FirstOrDefault(p => p.Prefix.Length == 0);
            for (var first = 0; first < _byFirstByte.Length; first++)
                _byFirstByte[first] = [.. Policies.Where(p => p.Prefix.Length > 0 && p.Prefix[0] == first)];
        }

        public FlightPolicy[] Policies { get; }

        public bool TryMatch(ReadOnlySpan<byte> key, [NotNullWhen(true)] out FlightPolicy? policy)
        {
            if (key.Length > 0)
            {
                foreach (var candidate in _byFirstByte[key[0]])
                {
                    if (!key.StartsWith(candidate.Prefix)) continue;
                    policy = candidate;
                    return true;
                }
            }

            policy = _forAll;
            return policy is not null;
        }
    }
}
