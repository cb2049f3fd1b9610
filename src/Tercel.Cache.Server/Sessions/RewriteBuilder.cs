using Tercel.Primitives;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Builds the commands that are journaled in place of the one that ran.</summary>
/// <remarks>Thread: its dispatcher's loop. Every <see cref="Begin"/> starts one command; its words follow.</remarks>
internal sealed class RewriteBuilder : IDisposable
{
    private const int CapacityAtStart = 256;
    private const int NoCommand = -1;

    private readonly ReplyWriter _resp = new(CapacityAtStart);
    private int _mark = NoCommand;
    private int _words;
    private bool _isWanted = true;

    /// <summary>Whether the running command asked to be journaled in other words, or not at all.</summary>
    public bool IsUsed { get; private set; }

    /// <summary>Number of commands built.</summary>
    public int Commands { get; private set; }

    /// <summary>Starts a command; without a journal (<paramref name="isWanted"/> false) its words are not kept.
    /// </summary>
    public RewriteBuilder Begin(bool isWanted = true)
    {
        _isWanted = isWanted;
        if (!isWanted) return this;
        Finish();
        IsUsed = true;
        _mark = _resp.BeginArray();
        return this;
    }

    public RewriteBuilder Word(ReadOnlySpan<byte> word)
    {
        if (!_isWanted) return this;
        Invariant.Holds(_mark != NoCommand);
        _resp.Bulk(word);
        _words++;
        return this;
    }

    public RewriteBuilder Word(long number)
    {
        if (!_isWanted) return this;
        Invariant.Holds(_mark != NoCommand);
        _resp.BulkInteger(number);
        _words++;
        return this;
    }

    /// <summary>Adds the words of a command as the client sent them.</summary>
    public RewriteBuilder Words(in CommandArgs args)
    {
        for (var i = 0; i < args.Count; i++) Word(args[i]);
        return this;
    }

    /// <summary>Says that the command needs no journal entry at all, although keys were changed.</summary>
    public void Nothing()
    {
        IsUsed = true;
        if (_mark != NoCommand) _resp.Truncate(_mark);
        _mark = NoCommand;
        _words = 0;
    }

    /// <summary>The commands built, as RESP. Lifetime: until the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<byte> Build()
    {
        Finish();
        return _resp.Written;
    }

    public void Clear()
    {
        if (!IsUsed) return;
        _resp.Clear();
        IsUsed = false;
        _mark = NoCommand;
        (_words, Commands) = (0, 0);
    }

    public void Dispose() => _resp.Dispose();

    private void Finish()
    {
        if (_mark == NoCommand) return;
        if (_words > 0)
        {
            _resp.EndArray(_mark, _words);
            Commands++;
        }

        _mark = NoCommand;
        _words = 0;
    }
}
