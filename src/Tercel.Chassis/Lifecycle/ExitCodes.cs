namespace Tercel.Chassis.Lifecycle;

/// <summary>What the process tells whoever started it.</summary>
public static class ExitCodes
{
    /// <summary>Ran and stopped as asked.</summary>
    public const int Ok = 0;

    /// <summary>A component could not start, or failed while running.</summary>
    public const int Failed = 1;

    /// <summary>Stopped, but work was still under way when the drain time ended.</summary>
    public const int DrainTimeOver = 3;

    /// <summary>The command line is wrong (<c>EX_USAGE</c>).</summary>
    public const int Usage = 64;

    /// <summary>The files of the data cannot be read (<c>EX_DATAERR</c>).</summary>
    public const int Data = 65;

    /// <summary>The settings or the model are wrong (<c>EX_CONFIG</c>).</summary>
    public const int Config = 78;

    /// <summary>A second signal ended the program at once; the shell's convention of 128 plus SIGTERM or
    /// SIGINT.</summary>
    public static int KilledBy(int signal) => 128 + signal;
}
