namespace Tercel.Scenarios.Harness;

/// <summary>Where things lie, seen from the test program (artifacts/bin/Tercel.Scenarios/CONFIGURATION/).</summary>
internal static class RepositoryPaths
{
    public static string Root { get; } = FindRoot();

    /// <summary>The program under test, built in the same configuration as the tests.</summary>
    public static string TercelDll { get; } = Path.Combine(
        Root, "artifacts", "bin", "Tercel", new DirectoryInfo(AppContext.BaseDirectory).Name, "tercel.dll");

    public static string SampleShop => Path.Combine(Root, "samples", "shop");

    /// <summary>Programs of tests/tools, as eng/test-tools.sh installs them.</summary>
    public static string NodePrograms => Path.Combine(Root, "artifacts", "test-tools", "node_modules", ".bin");

    /// <summary>Real data beside the repository; absent on most machines, where its tests skip.</summary>
    public static string Shared =>
        Environment.GetEnvironmentVariable("TERCEL_SHARED") ?? Path.GetFullPath(Path.Combine(Root, "..", "shared"));

    public static string Chinook => Path.Combine(Shared, "data", "chinook", "Chinook_Sqlite.sqlite");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tercel.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("no Tercel.slnx above the test program");
    }
}
