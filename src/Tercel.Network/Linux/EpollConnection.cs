using System.Runtime.InteropServices;

namespace Tercel.Network.Linux;

// A connection over a file descriptor. The buffers passed to the system are the caller's for the time of the call.
internal sealed unsafe class EpollConnection(EventLoop loop, int file) : LoopConnection(loop)
{
    public int File { get; } = file;

    public override int ReceiveRaw(byte* bytes, int count)
    {
        for (;;)
        {
            var received = (int)LinuxCalls.recv(File, bytes, count, 0);
            if (received >= 0) return received;
            var error = Marshal.GetLastPInvokeError();
            if (error != LinuxCalls.ErrorInterrupted) return Result(error);
        }
    }

    public override int SendRaw(byte* bytes, int count)
    {
        for (;;)
        {
            var sent = (int)LinuxCalls.send(File, bytes, count, LinuxCalls.SendNoSignal);
            if (sent >= 0) return sent;
            var error = Marshal.GetLastPInvokeError();
            if (error != LinuxCalls.ErrorInterrupted) return Result(error);
        }
    }

    public override void ShutdownSendingRaw() => _ = LinuxCalls.shutdown(File, LinuxCalls.ShutdownSending);

    public override void CloseRaw() => _ = LinuxCalls.close(File);

    private static int Result(int error) =>
        error == LinuxCalls.ErrorAgain ? SocketResult.WouldBlock : SocketResult.Failed;
}
