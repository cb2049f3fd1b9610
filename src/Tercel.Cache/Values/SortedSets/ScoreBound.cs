// Unsafe: reads members of a sorted set, whose nodes live as long as the set refers to them.
using System.Runtime.CompilerServices;

namespace Tercel.Cache.Values.SortedSets;

/// <summary>A place in the order of a sorted set: in front of or behind a score, a member, or both.</summary>
internal readonly unsafe ref struct ScoreBound
{
    private readonly double _score;
    private readonly ReadOnlySpan<byte> _text;
    private readonly Kind _kind;
    private readonly bool _behind;

    private ScoreBound(Kind kind, double score, ReadOnlySpan<byte> text, bool behind)
    {
        _kind = kind;
        _score = score;
        _text = text;
        _behind = behind;
    }

    private enum Kind : byte
    {
        Score,
        Text,
        Both,
    }

    /// <summary>In front of all members with that score, or behind them.</summary>
    public static ScoreBound OfScore(double score, bool behind) => new(Kind.Score, score, default, behind);

    /// <summary>In front of that member or behind it, in a set whose scores are all equal.</summary>
    public static ScoreBound OfText(ReadOnlySpan<byte> text, bool behind) => new(Kind.Text, 0, text, behind);

    /// <summary>In front of that member with that score.</summary>
    public static ScoreBound Of(double score, ReadOnlySpan<byte> text) => new(Kind.Both, score, text, behind: false);

    /// <summary>The place behind what this one is in front of.</summary>
    public ScoreBound Behind => new(_kind, _score, _text, behind: true);

    /// <summary>Whether a member lies in front of this place. True for a run of members at the start of a set, false
    /// for the rest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsAfter(double score, byte* member)
    {
        if (_kind == Kind.Text || _kind == Kind.Both && score == _score)
            return IsAfter(ScoredMember.Text(member));
        return score < _score || _behind && score == _score;
    }

    /// <summary>The same for a member that is not a block of its own.</summary>
    public bool IsAfter(double score, ReadOnlySpan<byte> text)
    {
        if (_kind == Kind.Text || _kind == Kind.Both && score == _score) return IsAfter(text);
        return score < _score || _behind && score == _score;
    }

    private bool IsAfter(ReadOnlySpan<byte> text)
    {
        var order = text.SequenceCompareTo(_text);
        return order < 0 || _behind && order == 0;
    }
}
