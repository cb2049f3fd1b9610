namespace Tercel.Cache.Server.Settings;

/// <summary>Settings that Redis has and this server does not need: accepted, kept and told again, without
/// effect.</summary>
/// <remarks>Source: CONFIG GET * of Redis 7.0 with its defaults, less what Tercel has itself and what nobody may
/// believe to be in force (see <see cref="Refused"/>).</remarks>
internal static class RedisDefaults
{
    /// <summary>Name and default of each.</summary>
    public static IReadOnlyDictionary<string, string> Values { get; } = Read();

    /// <summary>Settings whose silence would be a mistake, each with what to do instead; the value in brackets is the
    /// one that asks for nothing.</summary>
    public static IReadOnlyDictionary<string, (string Harmless, string Instead)> Refused { get; } =
        new Dictionary<string, (string, string)>(StringComparer.Ordinal)
        {
            ["replicaof"] = ("no one", "replication is not there yet"),
            ["slaveof"] = ("no one", "replication is not there yet"),
            ["cluster-enabled"] = ("no", "cluster mode is not there yet"),
            ["rename-command"] = ("", "take the command from users instead: user default ... -command"),
            ["loadmodule"] = ("", "there are no modules"),
            ["sentinel"] = ("", "there is no Sentinel mode"),
        };

    // Kept as text: one block to compare with Redis' own list.
    private const string Text =
        """
        acl-pubsub-default resetchannels
        active-defrag-cycle-max 25
        active-defrag-cycle-min 1
        active-defrag-ignore-bytes 104857600
        active-defrag-max-scan-fields 1000
        active-defrag-threshold-lower 10
        active-defrag-threshold-upper 100
        active-expire-effort 1
        activedefrag no
        activerehashing yes
        always-show-logo no
        aof-disable-auto-gc no
        aof-rewrite-incremental-fsync yes
        aof-timestamp-enabled no
        aof-use-rdb-preamble yes
        aof_rewrite_cpulist
        bgsave_cpulist
        bind-source-addr
        bio_cpulist
        busy-reply-threshold 5000
        cluster-allow-pubsubshard-when-down yes
        cluster-allow-reads-when-down no
        cluster-allow-replica-migration yes
        cluster-announce-bus-port 0
        cluster-announce-hostname
        cluster-announce-ip
        cluster-announce-port 0
        cluster-announce-tls-port 0
        cluster-config-file nodes.conf
        cluster-link-sendbuf-limit 0
        cluster-migration-barrier 1
        cluster-node-timeout 15000
        cluster-port 0
        cluster-preferred-endpoint-type ip
        cluster-replica-no-failover no
        cluster-replica-validity-factor 10
        cluster-require-full-coverage yes
        cluster-slave-no-failover no
        cluster-slave-validity-factor 10
        crash-log-enabled yes
        crash-memcheck-enabled yes
        daemonize no
        disable-thp yes
        dynamic-hz yes
        enable-module-command no
        enable-protected-configs no
        hash-max-listpack-entries 512
        hash-max-listpack-value 64
        hash-max-ziplist-entries 512
        hash-max-ziplist-value 64
        hll-sparse-max-bytes 3000
        hz 10
        ignore-warnings
        io-threads 1
        io-threads-do-reads no
        jemalloc-bg-thread yes
        latency-tracking-info-percentiles 50 99 99.9
        lazyfree-lazy-eviction no
        lazyfree-lazy-expire no
        lazyfree-lazy-server-del no
        lazyfree-lazy-user-del no
        lazyfree-lazy-user-flush no
        lfu-decay-time 1
        lfu-log-factor 10
        list-compress-depth 0
        list-max-listpack-size -2
        list-max-ziplist-size -2
        locale-collate
        logfile
        lua-time-limit 5000
        masterauth
        masteruser
        maxmemory-eviction-tenacity 10
        maxmemory-samples 5
        min-replicas-max-lag 10
        min-replicas-to-write 0
        min-slaves-max-lag 10
        min-slaves-to-write 0
        no-appendfsync-on-rewrite no
        oom-score-adj no
        oom-score-adj-values 0 200 800
        pidfile
        proc-title-template {title} {listen-addr} {server-mode}
        propagation-error-behavior ignore
        rdb-del-sync-files no
        rdb-save-incremental-fsync yes
        rdbchecksum yes
        repl-backlog-size 1048576
        repl-backlog-ttl 3600
        repl-disable-tcp-nodelay no
        repl-diskless-load disabled
        repl-diskless-sync yes
        repl-diskless-sync-delay 5
        repl-diskless-sync-max-replicas 0
        repl-ping-replica-period 10
        repl-ping-slave-period 10
        repl-timeout 60
        replica-announce-ip
        replica-announce-port 0
        replica-announced yes
        replica-ignore-disk-write-errors no
        replica-ignore-maxmemory yes
        replica-lazy-flush no
        replica-priority 100
        replica-read-only yes
        replica-serve-stale-data yes
        sanitize-dump-payload no
        server_cpulist
        set-max-intset-entries 512
        set-max-listpack-entries 128
        set-max-listpack-value 64
        set-proc-title yes
        shutdown-on-sigint default
        shutdown-timeout 10
        slave-announce-ip
        slave-announce-port 0
        slave-ignore-maxmemory yes
        slave-lazy-flush no
        slave-priority 100
        slave-read-only yes
        slave-serve-stale-data yes
        socket-mark-id 0
        stream-node-max-bytes 4096
        stream-node-max-entries 100
        supervised no
        syslog-enabled no
        syslog-facility local0
        syslog-ident redis
        tcp-backlog 511
        tcp-keepalive 300
        tls-ca-cert-dir
        tls-ciphers
        tls-ciphersuites
        tls-client-cert-file
        tls-client-key-file
        tls-client-key-file-pass
        tls-cluster no
        tls-dh-params-file
        tls-key-file-pass
        tls-prefer-server-ciphers no
        tls-protocols
        tls-replication no
        tls-session-cache-size 20480
        tls-session-cache-timeout 300
        tls-session-caching yes
        unixsocketperm 0
        zset-max-listpack-entries 128
        zset-max-listpack-value 64
        zset-max-ziplist-entries 128
        zset-max-ziplist-value 64
        """;

    private static Dictionary<string, string> Read()
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Text.Split('\n'))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            values.Add(space < 0 ? line.Trim() : line[..space], space < 0 ? "" : line[(space + 1)..].Trim());
        }

        return values;
    }
}
