using System.Text;
using Tercel.Client.Connections;
using Tercel.Client.Near;
using Tercel.Resp;

namespace Tercel.Client.Subscriptions;

/// <summary>Brings the server's out-of-band messages to those they are for.</summary>
internal sealed class PushRouter(NearCache? near, SubscriptionTable subscriptions) : IPushHandler
{
    public void Push(ReadOnlySpan<byte> message)
    {
        var reader = new ReplyReader(message);
        if (!reader.TryReadValue(out var head) || !reader.TryReadValue(out var kind)) return;
        if (kind.Text.SequenceEqual("invalidate"u8)) Invalidate(ref reader);
        else if (kind.Text.SequenceEqual("message"u8)) Deliver(ref reader, isPattern: false);
        else if (kind.Text.SequenceEqual("pmessage"u8)) Deliver(ref reader, isPattern: true);
        else if (kind.Text.SequenceEqual("subscribe"u8)) Confirm(ref reader, isPattern: false);
        else if (kind.Text.SequenceEqual("psubscribe"u8)) Confirm(ref reader, isPattern: true);
    }

    private void Invalidate(ref ReplyReader reader)
    {
        if (near is null || !reader.TryReadValue(out var keys)) return;
        if (!keys.IsCollection)
        {
            near.Clear();
            return;
        }

        for (var i = 0L; i < keys.Items && reader.TryReadValue(out var key); i++) near.Invalidate(key.Text);
    }

    private void Deliver(ref ReplyReader reader, bool isPattern)
    {
        if (!reader.TryReadValue(out var name)) return;
        var channel = name;
        if (isPattern && !reader.TryReadValue(out channel)) return;
        if (!reader.TryReadValue(out var payload)) return;
        var message = new PublishedMessage(Encoding.UTF8.GetString(channel.Text), payload.Text.ToArray());
        subscriptions.Deliver(Encoding.UTF8.GetString(name.Text), isPattern, message);
    }

    private void Confirm(ref ReplyReader reader, bool isPattern)
    {
        if (reader.TryReadValue(out var name)) subscriptions.Confirm(Encoding.UTF8.GetString(name.Text), isPattern);
    }
}
