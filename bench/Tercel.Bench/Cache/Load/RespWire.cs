using System.Buffers.Text;
using System.Text;

namespace Tercel.Bench.Cache.Load;

/// <summary>The Redis protocol, as far as the load needs it.</summary>
internal sealed class RespWire : IWireProtocol
{
    // Collections are spread over so many keys, so that some are small and the popular ones large.
    private const int CollectionCount = 10_000;
    private const int FieldCount = 16;
    private const int MSetKeys = 10;

    public int Write(Operation operation, int key, int turn, ReadOnlySpan<byte> value, Span<byte> target)
    {
        var writer = new ByteWriter(target);
        switch (operation)
        {
            case Operation.Mixed when turn % 10 != 0:
            case Operation.Get:
                Start(ref writer, 2, "$3\r\nGET\r\n"u8);
                Key(ref writer, "key:"u8, key);
                break;
            case Operation.Mixed:
            case Operation.Set:
                Start(ref writer, 3, "$3\r\nSET\r\n"u8);
                Key(ref writer, "key:"u8, key);
                Bulk(ref writer, value);
                break;
            case Operation.SetWithExpiry:
                Start(ref writer, 5, "$3\r\nSET\r\n"u8);
                Key(ref writer, "key:"u8, key);
                Bulk(ref writer, value);
                writer.Add("$2\r\nEX\r\n$5\r\n86400\r\n"u8);
                break;
            case Operation.MSet:
                Start(ref writer, 1 + 2 * MSetKeys, "$4\r\nMSET\r\n"u8);
                for (var i = 0; i < MSetKeys; i++)
                {
                    Key(ref writer, "key:"u8, key + i);
                    Bulk(ref writer, value);
                }

                break;
            case Operation.Incr:
                Start(ref writer, 2, "$4\r\nINCR\r\n"u8);
                Key(ref writer, "num:"u8, key);
                break;
            default:
                Collection(ref writer, operation, key, turn, value);
                break;
        }

        return writer.Length;
    }

    public (int Bytes, bool IsMiss) First(ReadOnlySpan<byte> bytes)
    {
        var line = bytes.IndexOf((byte)'\n');
        if (line < 0) return (0, false);
        var length = line + 1;
        if (bytes[0] == (byte)'-')
            throw new BenchException("the server answered: " + Encoding.UTF8.GetString(bytes[..(line - 1)]));
        if (bytes[0] != (byte)'$') return (length, false);
        if (!Utf8Parser.TryParse(bytes[1..], out int body, out _))
            throw new BenchException("a bulk reply without a length");
        if (body < 0) return (length, true);
        length += body + 2;
        return bytes.Length < length ? (0, false) : (length, false);
    }

    private static void Collection(
        ref ByteWriter writer, Operation operation, int key, int turn, ReadOnlySpan<byte> value)
    {
        var collection = key % CollectionCount;
        switch (operation)
        {
            case Operation.HSet:
                Start(ref writer, 4, "$4\r\nHSET\r\n"u8);
                Key(ref writer, "hsh:"u8, key / FieldCount);
                Key(ref writer, "fld:"u8, key % FieldCount);
                Bulk(ref writer, value);
                break;
            case Operation.HGet:
                Start(ref writer, 3, "$4\r\nHGET\r\n"u8);
                Key(ref writer, "hsh:"u8, key / FieldCount);
                Key(ref writer, "fld:"u8, key % FieldCount);
                break;
            case Operation.PushPop when turn % 2 == 0:
                Start(ref writer, 3, "$5\r\nLPUSH\r\n"u8);
                Key(ref writer, "lst:"u8, collection);
                Bulk(ref writer, value);
                break;
            case Operation.PushPop:
                Start(ref writer, 2, "$4\r\nLPOP\r\n"u8);
                Key(ref writer, "lst:"u8, collection);
                break;
            case Operation.SAdd:
                Start(ref writer, 3, "$4\r\nSADD\r\n"u8);
                Key(ref writer, "set:"u8, collection);
                Key(ref writer, "mem:"u8, key);
                break;
            case Operation.ZAdd:
                Start(ref writer, 4, "$4\r\nZADD\r\n"u8);
                Key(ref writer, "zst:"u8, collection);
                Key(ref writer, "1000"u8, (int)(key * 2_654_435_761L % 1_000_000));
                Key(ref writer, "mem:"u8, key);
                break;
            default:
                throw new BenchException($"{operation} is no request of its own");
        }
    }

    private static void Start(ref ByteWriter writer, int count, ReadOnlySpan<byte> name)
    {
        writer.Add("*"u8);
        writer.Add(count);
        writer.Add("\r\n"u8);
        writer.Add(name);
    }

    private static void Key(ref ByteWriter writer, ReadOnlySpan<byte> prefix, int number)
    {
        writer.Add("$16\r\n"u8);
        writer.AddKey(prefix, number);
        writer.Add("\r\n"u8);
    }

    private static void Bulk(ref ByteWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.Add("$"u8);
        writer.Add(bytes.Length);
        writer.Add("\r\n"u8);
        writer.Add(bytes);
        writer.Add("\r\n"u8);
    }
}
