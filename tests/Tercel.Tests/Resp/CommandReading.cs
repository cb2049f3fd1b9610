using System.Text;
using Tercel.Resp;

namespace Tercel.Tests.Resp;

/// <summary>Reads commands from bytes that come in pieces, as a connection does.</summary>
internal sealed unsafe class CommandReading : IDisposable
{
    private readonly ArgBuffer _args = new();
    private readonly List<byte> _kept = [];
    private PartialCommand? _partial;

    public RespLimits Limits { get; init; } = RespLimits.Usual;

    public List<string[]> Commands { get; } = [];

    public ReadProblem Problem { get; private set; }

    /// <summary>Bytes that wait for the rest of their command.</summary>
    public int Kept => _kept.Count;

    public static CommandReading Of(string sent, RespLimits? limits = null)
    {
        var reading = new CommandReading { Limits = limits ?? RespLimits.Usual };
        reading.Receive(Encoding.Latin1.GetBytes(sent));
        return reading;
    }

    public void Receive(ReadOnlySpan<byte> piece)
    {
        if (Problem != ReadProblem.None) return;
        _kept.AddRange(piece);
        var bytes = _kept.ToArray();
        var at = 0;
        fixed (byte* start = bytes)
        {
            while (at < bytes.Length && Read(start + at, bytes.Length - at, out var used)) at += used;
        }

        _kept.RemoveRange(0, at);
    }

    public void Dispose() => _args.Dispose();

    private bool Read(byte* start, int count, out int used)
    {
        _args.Clear();
        var status = RespReader.Read(start, count, _args, Limits, ref _partial, out var result);
        used = result.Bytes;
        Problem = result.Problem;
        if (status == ReadStatus.Command)
        {
            var args = new CommandArgs(start, _args.At(result.FirstSlice), result.ArgCount);
            var words = new string[args.Count];
            for (var i = 0; i < args.Count; i++) words[i] = Encoding.Latin1.GetString(args[i]);
            Commands.Add(words);
        }

        return status is ReadStatus.Command or ReadStatus.Nothing;
    }
}
