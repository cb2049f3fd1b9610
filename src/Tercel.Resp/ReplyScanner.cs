using Tercel.Primitives;

namespace Tercel.Resp;

/// <summary>Finds where a reply ends, while its bytes come in: no byte is looked at twice.</summary>
/// <remarks>Thread: one owner, for one connection. Shape: between calls about the same reply, the caller keeps its
/// bytes and gives them again with more behind them.</remarks>
public sealed class ReplyScanner
{
    private const long Parts = -2;

    private readonly ReplyLimits _limits;
    private readonly Level[] _levels;
    private int _depth;
    private int _offset;

    /// <summary>For replies within the limits.</summary>
    public ReplyScanner(ReplyLimits limits)
    {
        _limits = limits;
        _levels = new Level[limits.DepthMax];
    }

    /// <summary>Bytes that the reply must have at least before scanning on makes sense.</summary>
    public long BytesNeeded { get; private set; }

    /// <summary>The kind of the outermost piece, once its line has come in; attributes are passed over.</summary>
    public ReplyKind Kind { get; private set; }

    /// <summary>Scans on. <see cref="ReadStatus.Command"/> says that the reply is whole.</summary>
    /// <param name="reply">The bytes from the start of the reply on.</param>
    /// <param name="length">The bytes of the whole reply, its attributes included.</param>
    public ReadStatus Scan(ReadOnlySpan<byte> reply, out int length)
    {
        length = 0;
        if (reply.Length < BytesNeeded) return ReadStatus.NeedMore;
        if (_offset == 0) Kind = ReplyKind.None;
        while (true)
        {
            var status = ReplyLexer.Read(reply[_offset..], _limits, out var token, out var used);
            if (status == ReadStatus.NeedMore)
            {
                BytesNeeded = _offset + used;
                return BytesNeeded <= _limits.ReplyBytesMax ? status : Fail();
            }

            if (status == ReadStatus.Malformed || _offset + used > _limits.ReplyBytesMax) return Fail();
            _offset += (int)used;
            if (!Take(token, out var isWhole)) return Fail();
            if (!isWhole) continue;
            length = _offset;
            Reset();
            return ReadStatus.Command;
        }
    }

    /// <summary>Forgets a reply that was begun: after the connection was lost.</summary>
    public void Reset()
    {
        _depth = 0;
        _offset = 0;
        BytesNeeded = 0;
    }

    private ReadStatus Fail()
    {
        Reset();
        return ReadStatus.Malformed;
    }

    private bool Take(in ReplyToken token, out bool isWhole)
    {
        isWhole = false;
        if (_depth == 0 && token.Kind is not (ReplyKind.Attribute or ReplyKind.End or ReplyKind.Part))
            Kind = token.Kind;
        var inParts = _depth > 0 && _levels[_depth - 1].Left == Parts;
        if (inParts != (token.Kind == ReplyKind.Part)) return false;
        if (inParts)
        {
            if (!token.Text.IsEmpty) return true;
            _depth--;
        }
        else if (token.Kind == ReplyKind.End)
        {
            if (_depth == 0 || _levels[_depth - 1].Left != ReplyToken.CountUnknown) return false;
            _depth--;
        }
        else if (token.IsCollection && token.Number != 0)
        {
            return Open(token.Items, token.Kind == ReplyKind.Attribute);
        }
        else if (token.Kind == ReplyKind.PartedString)
        {
            return Open(Parts, isAttribute: false);
        }
        else if (token.Kind == ReplyKind.Attribute)
        {
            return true;
        }

        isWhole = CloseFilled();
        return true;
    }

    private bool Open(long items, bool isAttribute)
    {
        if (_depth == _levels.Length) return false;
        _levels[_depth++] = new Level(items, isAttribute);
        return true;
    }

    /// <summary>A value has ended: closes the collections that it fills. True when the reply is whole.</summary>
    private bool CloseFilled()
    {
        while (_depth > 0)
        {
            ref var level = ref _levels[_depth - 1];
            if (level.Left == ReplyToken.CountUnknown) return false;
            Invariant.Holds(level.Left > 0);
            if (--level.Left > 0) return false;
            _depth--;
            // An attribute is no value: the one it belongs to is still to come.
            if (level.IsAttribute) return false;
        }

        return true;
    }

    private record struct Level(long Left, bool IsAttribute);
}
