using Tercel.Resp;

namespace Tercel.Cache.Server.Observers;

/// <summary>Words one mail entry in RESP2 and RESP3, each at most once however many clients get it.</summary>
/// <remarks>Thread: one loop's.</remarks>
internal sealed class PushWriter : IDisposable
{
    private readonly ReplyWriter _resp2 = new();
    private readonly ReplyWriter _resp3 = new() { IsResp3 = true };

    public static ReadOnlySpan<byte> InvalidationChannel => "__redis__:invalidate"u8;

    public void Begin(in MailEntry entry)
    {
        _resp2.Clear();
        _resp3.Clear();
        Write(_resp2, entry);
        Write(_resp3, entry);
    }

    /// <summary>Lifetime: until the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<byte> For(bool isResp3) => isResp3 ? _resp3.Written : _resp2.Written;

    public void Dispose()
    {
        _resp2.Dispose();
        _resp3.Dispose();
    }

    private static void Write(ReplyWriter writer, in MailEntry entry)
    {
        switch (entry.Kind)
        {
            case MailKind.Message: Message(writer, "message"u8, entry.First, entry.Second); break;
            case MailKind.ShardMessage: Message(writer, "smessage"u8, entry.First, entry.Second); break;
            case MailKind.PatternMessage:
                writer.Push(4);
                writer.Bulk("pmessage"u8);
                writer.Bulk(entry.First);
                writer.Bulk(entry.Second);
                writer.Bulk(entry.Third);
                break;
            case MailKind.Invalidated or MailKind.AllInvalidated: Invalidation(writer, entry); break;
            case MailKind.RedirectionBroken:
                writer.Push(2);
                writer.Bulk("tracking-redir-broken"u8);
                writer.Integer(BitConverter.ToInt64(entry.First));
                break;
            default: throw new System.Diagnostics.UnreachableException();
        }
    }

    private static void Message(
        ReplyWriter writer, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message)
    {
        writer.Push(3);
        writer.Bulk(kind);
        writer.Bulk(channel);
        writer.Bulk(message);
    }

    private static void Invalidation(ReplyWriter writer, in MailEntry entry)
    {
        if (writer.IsResp3)
        {
            writer.Push(2);
            writer.Bulk("invalidate"u8);
        }
        else
        {
            writer.Array(3);
            writer.Bulk("message"u8);
            writer.Bulk(InvalidationChannel);
        }

        if (entry.Kind == MailKind.AllInvalidated)
        {
            writer.NullArray();
            return;
        }

        writer.Array(1);
        writer.Bulk(entry.First);
    }
}
