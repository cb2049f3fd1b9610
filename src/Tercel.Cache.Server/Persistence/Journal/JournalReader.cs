// Why this is correct: the window is a pinned array, the pointer into it is taken anew for every command, and the
// reader of the protocol is given exactly the bytes that are filled.
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tercel.Cache.Server.Persistence.Files;
using Tercel.Cache.Server.Persistence.Rdb;
using Tercel.Resp;

namespace Tercel.Cache.Server.Persistence.Journal;

/// <summary>What the reader of a journal has met.</summary>
internal enum JournalItem
{
    Command,
    End,

    /// <summary>The file ends inside of a command.</summary>
    CutOff,

    /// <summary>Something that is no journal; <see cref="JournalReader.Problem"/> tells.</summary>
    Damaged,
}

/// <summary>Reads the commands of one journal file and checks the marks between them.</summary>
/// <remarks>Thread: one. Errors: values, only failures of the file pass through.</remarks>
internal sealed unsafe class JournalReader : IDisposable
{
    private const int WindowBytes = 1 << 20;
    private const int LineBytesMax = 128;

    private readonly IStoredFile _file;
    private readonly long _length;
    private readonly ArgBuffer _args = new();
    private PartialCommand? _partial;
    private byte[] _window = GC.AllocateUninitializedArray<byte>(WindowBytes, pinned: true);
    private int _at;
    private int _end;
    private long _base;
    private int _commandStart;
    private ReadResult _command;
    private BlockMark _block;
    private long _blockEnd;
    private ulong _crc;

    public JournalReader(IStoredFile file, long from = 0)
    {
        _file = file;
        _length = file.Length;
        _base = BlockStart = from;
    }

    /// <summary>Where the next command begins. Units: bytes.</summary>
    public long Offset => _base + _at;

    /// <summary>Where the block (with its mark) begins that the last read was about; behind the blocks, where the
    /// last read began. Units: bytes.</summary>
    public long BlockStart { get; private set; }

    /// <summary>Everything before it was on the disk once, as the marks say; negative without marks. Units:
    /// bytes.</summary>
    public long SyncedMax { get; private set; } = -1;

    /// <summary>The time of the commands that come, from a line of the journal; 0 = not told. Units: Unix
    /// milliseconds.</summary>
    public long TimeMs { get; private set; }

    /// <summary>Whether more of a block is to come that is not vouched for before its end.</summary>
    public bool IsInBlock => _blockEnd != 0;

    public string Problem { get; private set; } = "";

    /// <summary>The command that was read. Lifetime: until the next read.</summary>
    public CommandArgs Args => new(At(_commandStart), _args.At(_command.FirstSlice), _command.ArgCount);

    /// <summary>Reads up to the next command.</summary>
    public JournalItem Next()
    {
        while (true)
        {
            if (_blockEnd == 0) BlockStart = Offset;
            if (_at == _end && !Fill()) return JournalItem.End;
            JournalItem? found = _window[_at] switch
            {
                (byte)'#' => ReadLine(),
                (byte)'*' => ReadCommand(),
                var other => Damaged($"0x{other:x2} stands where a command should begin"),
            };
            if (found is { } item) return item;
        }
    }

    public void Dispose() => _args.Dispose();

    // Null: go on.
    private JournalItem? ReadLine()
    {
        int end;
        while ((end = _window.AsSpan(_at, Math.Min(LineBytesMax, _end - _at)).IndexOf((byte)'\n')) < 0)
        {
            if (_end - _at >= LineBytesMax) return Damaged("a line that begins with # does not end");
            if (!Fill()) return JournalItem.CutOff;
        }

        var line = _window.AsSpan(_at, end + 1);
        if (line.StartsWith(BlockMark.Start)) return ReadMark(line);
        // Nothing else is known to stand there, and a mark with a changed letter must not pass as a remark.
        if (!line.StartsWith("#TS:"u8) || !Utf8Parser.TryParse(line[4..], out long seconds, out _)
            || seconds is <= 0 or > long.MaxValue / 1000)
            return Damaged("a line that begins with # is unknown");
        TimeMs = seconds * 1000;
        return Consume(line.Length);
    }

    private JournalItem? ReadMark(ReadOnlySpan<byte> line)
    {
        if (_blockEnd != 0 || line.Length != BlockMark.Bytes || !BlockMark.TryRead(line, out _block))
            return Damaged("a mark is damaged");
        _crc = BlockMark.Seed(line);
        if (_block.Length == 0 && _crc != _block.Crc) return Damaged("a mark is damaged");
        SyncedMax = Math.Max(SyncedMax, _block.Synced);
        _at += BlockMark.Bytes;
        if (_block.Length == 0) return null;
        if (_block.Length > _length - Offset) return JournalItem.CutOff;
        _blockEnd = Offset + _block.Length;
        return null;
    }

    private JournalItem? ReadCommand()
    {
        while (true)
        {
            _args.Clear();
            var status = RespReader.Read(At(_at), _end - _at, _args, RespLimits.Usual, ref _partial, out _command);
            switch (status)
            {
                case ReadStatus.NeedMore:
                    if (!Fill()) return JournalItem.CutOff;
                    break;
                case ReadStatus.Command:
                    _commandStart = _at;
                    if (!HasLineEnds()) return Damaged("an argument does not end where its length says");
                    return Consume(_command.Bytes) ?? JournalItem.Command;
                case ReadStatus.Nothing:
                    return Consume(_command.Bytes);
                default:
                    return Damaged(string.Create(CultureInfo.InvariantCulture, $"no command: {_command.Problem}"));
            }
        }
    }

    private bool HasLineEnds()
    {
        var slices = new ReadOnlySpan<ArgSlice>(_args.At(_command.FirstSlice), _command.ArgCount);
        foreach (var slice in slices)
        {
            var end = _commandStart + slice.Offset + slice.Length;
            if (_window[end] != '\r' || _window[end + 1] != '\n') return false;
        }

        return true;
    }

    // Null: all is well so far.
    private JournalItem? Consume(int bytes)
    {
        var taken = _window.AsSpan(_at, bytes);
        _at += bytes;
        if (_blockEnd == 0) return null;
        _crc = Crc64.Update(_crc, taken);
        if (Offset < _blockEnd) return null;
        if (Offset > _blockEnd || _crc != _block.Crc)
            return Damaged($"the {_block.Length} bytes from {_blockEnd - _block.Length} on are not those written");
        _blockEnd = 0;
        return null;
    }

    private JournalItem Damaged(string problem)
    {
        Problem = problem;
        return JournalItem.Damaged;
    }

    private byte* At(int index) =>
        (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_window)) + index;

    // Moves what is left to the front, makes the window larger when it is full, and reads some more; false at the
    // end.
    private bool Fill()
    {
        if (_base + _end >= _length) return false;
        var rest = _end - _at;
        var target = _window;
        if (rest > _window.Length / 2)
        {
            if (_window.Length > Array.MaxLength / 2) return false;
            target = GC.AllocateUninitializedArray<byte>(_window.Length * 2, pinned: true);
        }

        _window.AsSpan(_at, rest).CopyTo(target);
        _window = target;
        _base += _at;
        _at = 0;
        _end = rest;
        var read = _file.Read(_base + _end, _window.AsSpan(_end));
        _end += read;
        return read > 0;
    }
}
