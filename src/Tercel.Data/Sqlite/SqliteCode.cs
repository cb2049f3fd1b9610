namespace Tercel.Data.Sqlite;

// Numbers of sqlite3.h. Result codes are the primary ones; extended codes carry more in the upper bits.
internal static class SqliteCode
{
    public const int Ok = 0;
    public const int Error = 1;
    public const int Perm = 3;
    public const int Abort = 4;
    public const int Busy = 5;
    public const int Locked = 6;
    public const int NoMemory = 7;
    public const int ReadOnly = 8;
    public const int Interrupt = 9;
    public const int Corrupt = 11;
    public const int Full = 13;
    public const int TooBig = 18;
    public const int Constraint = 19;
    public const int Mismatch = 20;
    public const int NotADatabase = 26;
    public const int Row = 100;
    public const int Done = 101;

    public const int ConstraintCheck = Constraint | (1 << 8);
    public const int ConstraintForeignKey = Constraint | (3 << 8);
    public const int ConstraintNotNull = Constraint | (5 << 8);
    public const int ConstraintPrimaryKey = Constraint | (6 << 8);
    public const int ConstraintTrigger = Constraint | (7 << 8);
    public const int ConstraintUnique = Constraint | (8 << 8);
    public const int ConstraintRowId = Constraint | (10 << 8);
    public const int ConstraintDatatype = Constraint | (12 << 8);

    public const int OpenReadOnly = 0x1;
    public const int OpenReadWrite = 0x2;
    public const int OpenCreate = 0x4;
    public const int OpenUri = 0x40;
    public const int OpenNoMutex = 0x8000;

    public const int TypeInteger = 1;
    public const int TypeReal = 2;
    public const int TypeText = 3;
    public const int TypeBlob = 4;
    public const int TypeNull = 5;

    public const uint PreparePersistent = 1;
    public const int StatusReprepared = 5;
    public const int DbStatusDeferredForeignKeys = 10;
    public const int LimitLength = 0;
    public const int CheckpointPassive = 0;
    public const int CheckpointTruncate = 3;

    public const int Utf8 = 1;
    public const int Deterministic = 0x800;
    public const int Innocuous = 0x200000;

    // The destructor that tells SQLite to copy the bytes (and nint.Zero: they stay where they are).
    public const nint Transient = -1;
}
