namespace Cano.FaultyDisks;

/// <summary>What a disk is asked for.</summary>
internal enum DiskCall
{
    CreateDirectory,
    Names,
    Open,
    Lock,
    Read,
    Write,
    SetLength,
    Flush,
    Move,
    Delete,
    FlushDirectory,
}
