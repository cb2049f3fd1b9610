namespace Tercel.Cache.Server.Sessions;

/// <summary>Builds the commands that are journaled in place of the one that ran.</summary>
/// <remarks>Thread: its session's loop. Every <see cref="Begin"/> starts one command; its words follow.</remarks>
internal sealed class RewriteBuilder
{
    /// <summary>Starts a command.</summary>
    public RewriteBuilder Begin() => throw new NotImplementedException();

    public RewriteBuilder Word(ReadOnlySpan<byte> word) => throw new NotImplementedException();

    public RewriteBuilder Word(long number) => throw new NotImplementedException();

    /// <summary>Says that the command needs no journal entry at all, although keys were changed.</summary>
    public void Nothing() => throw new NotImplementedException();
}
