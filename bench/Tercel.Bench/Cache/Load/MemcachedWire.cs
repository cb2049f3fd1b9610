using System.Buffers.Text;
using System.Text;

namespace Tercel.Bench.Cache.Load;

/// <summary>memcached's text protocol: get and set.</summary>
internal sealed class MemcachedWire : IWireProtocol
{
    public int Write(Operation operation, int key, int turn, ReadOnlySpan<byte> value, Span<byte> target)
    {
        var writer = new ByteWriter(target);
        switch (operation)
        {
            case Operation.Mixed when turn % 10 != 0:
            case Operation.Get:
                writer.Add("get "u8);
                writer.AddKey("key:"u8, key);
                writer.Add("\r\n"u8);
                break;
            case Operation.Mixed:
            case Operation.Set:
            case Operation.SetWithExpiry:
                writer.Add("set "u8);
                writer.AddKey("key:"u8, key);
                writer.Add(operation == Operation.SetWithExpiry ? " 0 86400 "u8 : " 0 0 "u8);
                writer.Add(value.Length);
                writer.Add("\r\n"u8);
                writer.Add(value);
                writer.Add("\r\n"u8);
                break;
            default:
                throw new BenchException($"memcached has no {operation}");
        }

        return writer.Length;
    }

    public (int Bytes, bool IsMiss) First(ReadOnlySpan<byte> bytes)
    {
        var line = bytes.IndexOf((byte)'\n');
        if (line < 0) return (0, false);
        var length = line + 1;
        if (bytes.StartsWith("END"u8)) return (length, true);
        // Small servers have no room for some items: those are just not there later.
        if (bytes.StartsWith("STORED"u8) || bytes.StartsWith("SERVER_ERROR"u8)) return (length, false);
        if (!bytes.StartsWith("VALUE"u8))
            throw new BenchException("the server answered: " + Encoding.UTF8.GetString(bytes[..line]));
        // VALUE key flags bytes, the block, END.
        var header = bytes[..(line - 1)];
        if (!Utf8Parser.TryParse(header[(header.LastIndexOf((byte)' ') + 1)..], out int body, out _))
            throw new BenchException("a VALUE line without a length");
        length += body + 2 + "END\r\n"u8.Length;
        return bytes.Length < length ? (0, false) : (length, false);
    }
}
