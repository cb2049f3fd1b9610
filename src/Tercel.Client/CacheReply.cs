using System.Text;
using Tercel.Resp;

namespace Tercel.Client;

/// <summary>A reply of any form, for <see cref="TercelClient.ExecuteAsync"/>.</summary>
public sealed record CacheReply
{
    /// <summary>What it is. Maps are given as their keys and values in turn.</summary>
    public required ReplyKind Kind { get; init; }

    /// <summary>The bytes of a string, simple text, number or verbatim text; empty otherwise.</summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The value of an integer, 1 or 0 of a boolean.</summary>
    public long Number { get; init; }

    /// <summary>The items of a collection.</summary>
    public IReadOnlyList<CacheReply> Items { get; init; } = [];

    /// <summary>Whether it is "nothing".</summary>
    public bool IsNull => Kind == ReplyKind.Null;

    /// <summary><see cref="Bytes"/> as text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Bytes.Span);

    internal static CacheReply Read(ref ReplyReader reader)
    {
        if (!reader.TryReadValue(out var token)) throw new CacheException("a reply with too few items");
        if (!token.IsCollection)
            return new CacheReply { Kind = token.Kind, Bytes = token.Text.ToArray(), Number = token.Number };
        if (token.Items < 0) throw new CacheException("a reply of unknown length was not expected");
        var items = new List<CacheReply>();
        // The scanner that found the reply's end has bounded its depth.
        for (var i = 0L; i < token.Items; i++) items.Add(Read(ref reader));
        return new CacheReply { Kind = token.Kind, Items = items };
    }
}

/// <summary>A member of a sorted set with its score.</summary>
public readonly record struct ScoredMember(ReadOnlyMemory<byte> Member, double Score);
