using System.Text.Json;

namespace Tercel.Bench.Api;

/// <summary>The sample shop's database, and a copy of it for each server.</summary>
internal static class Databases
{
    /// <summary>Lets Tercel make and fill the sample shop's database, and gives the file.</summary>
    public static async Task<string> MakeShop(string root, string work)
    {
        var folder = Path.Combine(work, "seed");
        CopyShop(root, folder);
        await using (await Server.Start(ServerKind.All(root)[0], "", folder))
        {
        }

        var file = Directory.EnumerateFiles(folder, "*.db", SearchOption.AllDirectories).SingleOrDefault()
            ?? throw new BenchException($"tercel made no database in {folder}");
        await Shell.Run("sqlite3", folder, file, "pragma wal_checkpoint(truncate)");
        return file;
    }

    /// <summary>Starts a server in a folder of its own, with its own copy of the database.</summary>
    public static Task<Server> StartOnCopy(ServerKind kind, string root, string work, string database)
    {
        var folder = Path.Combine(work, kind.Name);
        if (kind.Name == ServerKind.TercelName) CopyShop(root, folder);
        else Directory.CreateDirectory(folder);
        var copy = Path.Combine(folder, Path.GetFileName(database));
        File.Copy(database, copy, overwrite: true);
        return Server.Start(kind, copy, folder);
    }

    /// <summary>Customers with at least a full page of orders.</summary>
    public static async Task<IReadOnlyList<string>> Customers(string database, int count)
    {
        var sql = "select customer_id as id from orders group by customer_id having count(*) >= 20 " +
            $"order by customer_id limit {count}";
        using var rows = JsonDocument.Parse(await Shell.Run("sqlite3", ".", "-json", database, sql));
        return [.. rows.RootElement.EnumerateArray().Select(row => row.GetProperty("id").GetString() ?? "")];
    }

    private static void CopyShop(string root, string folder)
    {
        var source = Path.Combine(root, "samples", "shop");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(file).Contains(".db", StringComparison.Ordinal)) continue;
            var target = Path.Combine(folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target) ?? folder);
            File.Copy(file, target);
        }
    }
}
