namespace Tercel.Cache.Server.Memcached;

/// <summary>The commands of memcached, with what a line that is none asks for.</summary>
internal enum MemcachedVerb
{
    /// <summary>No command of that name, or too few words.</summary>
    Unknown,

    /// <summary>The words do not fit the command.</summary>
    BadFormat,

    /// <summary>The data did not end where it should.</summary>
    BadData,

    /// <summary>More data than an item may have; it was passed over.</summary>
    TooLarge,
    Get,
    GetMany,
    Gets,
    Gat,
    Gats,
    Set,
    Add,
    Replace,
    Append,
    Prepend,
    Cas,
    Delete,
    Incr,
    Decr,
    Touch,
    FlushAll,
    Version,
    Verbosity,
    Stats,
    Quit,

    /// <summary>A SET before the client has said who it is: name and password are its data.</summary>
    LogIn,
    MetaGet,

    /// <summary>A meta get that may change the item: N or T.</summary>
    MetaTouch,
    MetaSet,
    MetaDelete,
    MetaArithmetic,
    MetaDebug,
    MetaNoOp,
}
