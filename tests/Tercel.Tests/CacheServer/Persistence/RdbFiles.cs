using System.Globalization;
using Tercel.Primitives;

namespace Tercel.Tests.CacheServer.Persistence;

/// <summary>Datasets in a real server, and files it makes of them, with every encoding that it writes.</summary>
internal static class RdbFiles
{
    public static void Fill(RealRedis redis, ulong seed, int size = 40)
    {
        var random = new Prng(seed);
        for (var i = 0; i < size; i++)
        {
            redis.Run("SELECT", random.Below(3) * 7);
            var key = $"key:{i}";
            switch (random.Below(9))
            {
                case 0: redis.Run("SET", key, Value(random, 60)); break;
                case 1: redis.Run("SET", key, Number(random)); break;
                case 2: redis.Run("SET", key, Bytes(random, 3000, compressible: true)); break;
                case 3: Add(redis, random, "RPUSH", key, 300, () => [Value(random, 90)]); break;
                case 4: Add(redis, random, "SADD", key, 300, () => [Number(random)]); break;
                case 5: Add(redis, random, "SADD", key, 200, () => [Value(random, 30)]); break;
                case 6: Add(redis, random, "HSET", key, 200, () => [Value(random, 20), Value(random, 70)]); break;
                case 7: Add(redis, random, "HSET", key, 700, () => [Number(random), Number(random)]); break;
                default: Add(redis, random, "ZADD", key, 200, () => [Score(random), Value(random, 20)]); break;
            }

            if (random.Chance(0.3)) redis.Run("PEXPIREAT", key, 4_000_000_000_000 + random.Below(1000));
        }
    }

    /// <summary>Everything a server holds, in the words of <see cref="RdbModel"/>.</summary>
    public static string Save(RealRedis redis) => RdbModel.Of(redis.Save()).ToString();

    private static void Add(
        RealRedis redis, Prng random, string command, string key, int max, Func<object[]> item)
    {
        // Small ones stay packed, large ones become tables.
        for (var left = random.Chance(0.6) ? random.Between(1, 20) : random.Between(20, max); left > 0; left--)
            redis.Run([command, key, .. item()]);
    }

    private static object Value(Prng random, int max) =>
        random.Chance(0.3) ? Number(random) : Bytes(random, random.Between(1, max), random.Chance(0.5));

    private static string Number(Prng random) =>
        ((long)random.Next() >> random.Below(64)).ToString(CultureInfo.InvariantCulture);

    private static string Score(Prng random) => random.Below(4) switch
    {
        0 => random.Below(100).ToString(CultureInfo.InvariantCulture),
        1 => (random.Below(1_000_000) / 7.0 - 50_000).ToString("R", CultureInfo.InvariantCulture),
        2 => "-inf",
        _ => BitConverter.UInt64BitsToDouble(random.Next() & 0x7FDF_FFFF_FFFF_FFFF)
            .ToString("R", CultureInfo.InvariantCulture),
    };

    private static byte[] Bytes(Prng random, int count, bool compressible)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++) bytes[i] = (byte)(compressible ? 'a' + random.Below(3) : random.Below(256));
        return bytes;
    }
}
