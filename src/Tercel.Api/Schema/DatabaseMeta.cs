using System.Text;
using Tercel.Data;

namespace Tercel.Api.Schema;

// Small values that belong to one database and outlive the process, such as the secret that signs cursors.
internal static class DatabaseMeta
{
    private static readonly SqlText Create = new(SchemaLedger.Create[^1]);

    private static readonly SqlText Add =
        new($"INSERT INTO {SchemaLedger.MetaTable} (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING");

    private static readonly SqlText Get = new($"SELECT value FROM {SchemaLedger.MetaTable} WHERE key = ?1");

    /// <summary>The value kept under the key; <paramref name="fresh"/> is kept when there is none yet.</summary>
    /// <remarks>Several servers that start at once agree on one value. Errors: <see cref="StoreException"/>, also when
    /// the database is read-only.</remarks>
    public static Task<string> GetOrAdd(
        IDatabase database, string key, string fresh, CancellationToken cancellation = default) =>
        database.Write(
            async session =>
            {
                await session.Execute(Create, []);
                await session.Execute(Add, [SqlValue.Of(key), SqlValue.Of(fresh)]);
                using var rows = await session.Query(Get, [SqlValue.Of(key)]);
                return await rows.Next() ? Encoding.UTF8.GetString(rows.Utf8(0)) : fresh;
            },
            cancellation);
}
