using System.Text;
using Tercel.Resp;

namespace Tercel.Client.Connections;

/// <summary>The forms in which callers want replies.</summary>
internal static class ReplyParsers
{
    public static long Integer(ReadOnlySpan<byte> reply)
    {
        var token = First(reply);
        return token.Kind is ReplyKind.Integer or ReplyKind.Boolean ? token.Number : throw Unexpected(token);
    }

    public static bool IsOne(ReadOnlySpan<byte> reply) => Integer(reply) == 1;

    /// <summary>True for OK, false for a null.</summary>
    public static bool IsOk(ReadOnlySpan<byte> reply) => First(reply).Kind != ReplyKind.Null;

    public static ReadOnlyMemory<byte>? Bytes(ReadOnlySpan<byte> reply) => Bytes(First(reply));

    public static string? Text(ReadOnlySpan<byte> reply)
    {
        var token = First(reply);
        return token.Kind == ReplyKind.Null ? null : Encoding.UTF8.GetString(token.Text);
    }

    public static double? Double(ReadOnlySpan<byte> reply)
    {
        var token = First(reply);
        if (token.Kind == ReplyKind.Null) return null;
        return token.TryDouble(out var value) ? value : throw Unexpected(token);
    }

    /// <summary>A list of byte strings, nulls among them.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>?> BytesList(ReadOnlySpan<byte> reply)
    {
        var reader = new ReplyReader(reply);
        var items = new ReadOnlyMemory<byte>?[Count(ref reader)];
        for (var i = 0; i < items.Length; i++) items[i] = Bytes(Next(ref reader));
        return items;
    }

    public static IReadOnlyList<string> TextList(ReadOnlySpan<byte> reply)
    {
        var reader = new ReplyReader(reply);
        var items = new string[Count(ref reader)];
        for (var i = 0; i < items.Length; i++) items[i] = Encoding.UTF8.GetString(Next(ref reader).Text);
        return items;
    }

    /// <summary>Pairs of a map (RESP3), or of an array in turn.</summary>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Pairs(ReadOnlySpan<byte> reply)
    {
        var reader = new ReplyReader(reply);
        var count = Count(ref reader) / 2;
        var pairs = new Dictionary<string, ReadOnlyMemory<byte>>(count);
        for (var i = 0; i < count; i++)
        {
            var name = Encoding.UTF8.GetString(Next(ref reader).Text);
            pairs[name] = Next(ref reader).Text.ToArray();
        }

        return pairs;
    }

    /// <summary>Members with scores: pairs of arrays (RESP3) or members and scores in turn.</summary>
    public static IReadOnlyList<ScoredMember> Scored(ReadOnlySpan<byte> reply)
    {
        var reader = new ReplyReader(reply);
        var left = Count(ref reader);
        var members = new List<ScoredMember>(left);
        while (left > 0)
        {
            var member = Next(ref reader);
            if (member.IsCollection) member = Next(ref reader);
            else left--;
            var score = Next(ref reader);
            left--;
            if (!score.TryDouble(out var value)) throw Unexpected(score);
            members.Add(new ScoredMember(member.Text.ToArray(), value));
        }

        return members;
    }

    public static CacheReply Any(ReadOnlySpan<byte> reply)
    {
        var reader = new ReplyReader(reply);
        return CacheReply.Read(ref reader);
    }

    private static ReadOnlyMemory<byte>? Bytes(in ReplyToken token)
    {
        if (token.Kind == ReplyKind.Null) return null;
        return token.IsCollection ? throw Unexpected(token) : token.Text.ToArray();
    }

    private static ReplyToken First(ReadOnlySpan<byte> reply)
    {
        var reader = new ReplyReader(reply);
        return reader.TryReadValue(out var token) ? token : default;
    }

    private static ReplyToken Next(ref ReplyReader reader) =>
        reader.TryReadValue(out var token) ? token : throw new CacheException("a reply with too few items");

    private static int Count(ref ReplyReader reader)
    {
        var token = Next(ref reader);
        if (token.Kind == ReplyKind.Null) return 0;
        return token.IsCollection && token.Items >= 0 ? (int)token.Items : throw Unexpected(token);
    }

    private static CacheException Unexpected(in ReplyToken token) =>
        new($"a reply of kind {token.Kind} was not expected");
}
