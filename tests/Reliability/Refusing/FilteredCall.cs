namespace Cano.Reliability.Refusing;

/// <summary>The system calls that a filter hands over.</summary>
[Flags]
internal enum CallKinds
{
    /// <summary>It flushes a file, or a directory.</summary>
    Flush = 1,

    /// <summary>It locks a file.</summary>
    Lock = 2,

    /// <summary>It writes to a place of a file.</summary>
    Write = 4,
}

/// <summary>A system call that a filter handed over.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Name">The name of the file.</param>
internal readonly record struct FilteredCall(CallKinds Kind, string Name);
