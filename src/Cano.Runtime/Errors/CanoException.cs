namespace Cano;

/// <summary>A <see cref="CanoError"/> on its way to the caller.</summary>
/// <remarks>Thrown from a task's body it keeps its error; any other exception becomes a `task_execution`
/// one.</remarks>
public class CanoException : Exception
{
    /// <summary>An exception for an error.</summary>
    public CanoException(CanoError error)
        : this(error, null) { }

    /// <summary>An exception for an error, and what caused it.</summary>
    public CanoException(CanoError error, Exception? inner)
        : base(error?.ToString(), inner) => Error = error ?? throw new ArgumentNullException(nameof(error));

    /// <summary>What went wrong, and where.</summary>
    public CanoError Error { get; }
}
