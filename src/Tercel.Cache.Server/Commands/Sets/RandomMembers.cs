using Tercel.Cache.Values;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Sets;

/// <summary>SRANDMEMBER, SPOP.</summary>
/// <remarks>Every member comes with the same probability. SPOP is journaled as SREM of what was taken. Source:
/// redis.io/commands/srandmember and spop.</remarks>
internal static class RandomMembers
{
    /// <summary>Members named by one SREM in the journal.</summary>
    private const int MembersPerCommand = 1024;

    public static void SRandMember(ref CommandContext c)
    {
        if (c.Args.Count == 2)
        {
            OneMember(ref c);
            return;
        }

        if (!TryCountOnly(ref c) || !RandomCount.TryRead(ref c, out var count)
            || !RandomCount.IsAllowed(ref c, ref count, inPairs: false)) return;
        var status = SetKeys.Find(ref c, c.Key(1), out var set);
        if (status == StoreStatus.WrongType) c.Reply.WrongType();
        else if (status != StoreStatus.Ok || count == 0) c.Reply.Array(0);
        else if (count > 0) Sample(ref c, set, (int)count);
        else Picks(ref c, set, (int)-count);
    }

    public static void SPop(ref CommandContext c)
    {
        if (c.Args.Count == 2)
        {
            PopOne(ref c);
            return;
        }

        if (!TryCountOnly(ref c)) return;
        if (!RespNumber.TryInteger(c.Args[2], out var count) || count < 0)
        {
            c.Reply.Error("ERR value is out of range, must be positive"u8);
            return;
        }

        var key = c.Key(1);
        var status = SetKeys.Find(ref c, key, out var set);
        if (status == StoreStatus.WrongType) c.Reply.WrongType();
        else if (status != StoreStatus.Ok || count == 0) c.Reply.Set(0);
        else if (count >= set.Count) PopAll(ref c, key, set);
        else
        {
            c.Reply.Set((int)count);
            Take(ref c, key, set, (int)count);
        }
    }

    private static bool TryCountOnly(ref CommandContext c)
    {
        if (c.Args.Count == 3) return true;
        c.Reply.Syntax();
        return false;
    }

    private static void OneMember(ref CommandContext c)
    {
        var status = SetKeys.Find(ref c, c.Key(1), out var set);
        Span<byte> scratch = stackalloc byte[SetValue.ScratchBytes];
        if (status == StoreStatus.WrongType) c.Reply.WrongType();
        else if (status != StoreStatus.Ok) c.Reply.Null();
        else c.Reply.Bulk(set.Random(c.Dispatcher.Random.Next(), scratch));
    }

    private static void Sample(ref CommandContext c, scoped SetValue set, int count)
    {
        c.Reply.Array(Math.Min(count, set.Count));
        var writer = new MemberWriter(c.Reply);
        set.Sample(count, c.Dispatcher.Random.Next(), ref writer);
    }

    private static void Picks(ref CommandContext c, scoped SetValue set, int count)
    {
        Span<byte> scratch = stackalloc byte[SetValue.ScratchBytes];
        c.Reply.Array(count);
        for (; count > 0; count--) c.Reply.Bulk(set.Random(c.Dispatcher.Random.Next(), scratch));
    }

    private static void PopOne(ref CommandContext c)
    {
        var key = c.Key(1);
        var status = SetKeys.Find(ref c, key, out var set);
        if (status == StoreStatus.WrongType) c.Reply.WrongType();
        else if (status != StoreStatus.Ok) c.Reply.Null();
        else Take(ref c, key, set, 1);
    }

    private static void PopAll(ref CommandContext c, scoped in KeyRef key, scoped SetValue set)
    {
        c.Reply.Set(set.Count);
        foreach (var member in set) c.Reply.Bulk(member);
        c.Keyspace.Remove(key, c.NowMs);
        c.Changed(key, KeyEvents.Set, "spop"u8);
        c.Notify(key, KeyEvents.Generic, "del"u8);
        c.Rewrite().Word("DEL"u8).Word(c.Args[1]);
    }

    /// <summary>Takes random members: into the reply, into the journal's words, out of the set.</summary>
    private static void Take(ref CommandContext c, scoped in KeyRef key, scoped SetValue set, int count)
    {
        Span<byte> scratch = stackalloc byte[SetValue.ScratchBytes];
        Sessions.RewriteBuilder? words = null;
        for (var i = 0; i < count; i++)
        {
            if (words is null || i % MembersPerCommand == 0) words = c.Rewrite().Word("SREM"u8).Word(c.Args[1]);
            var member = set.Random(c.Dispatcher.Random.Next(), scratch);
            c.Reply.Bulk(member);
            words.Word(member);
            set.Remove(member);
        }

        SetKeys.Removed(ref c, key, set, "spop"u8);
    }

    /// <summary>Writes members as replies.</summary>
    private struct MemberWriter(ReplyWriter reply) : IElementVisitor
    {
        public readonly void Visit(in Element element) => reply.Bulk(element.Field);
    }
}
