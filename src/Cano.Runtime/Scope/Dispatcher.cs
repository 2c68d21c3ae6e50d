namespace Cano.Runtime.Scope;

/// <summary>Where work that runs beside a run's loop is started: the seam at which a simulation takes
/// over.</summary>
internal abstract class Dispatcher
{
    /// <summary>The thread pool.</summary>
    public static Dispatcher ThreadPool { get; } = new PoolDispatcher();

    /// <summary>Starts work soon, on no particular thread.</summary>
    public abstract void Queue(IThreadPoolWorkItem work);

    private sealed class PoolDispatcher : Dispatcher
    {
        public override void Queue(IThreadPoolWorkItem work) =>
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
    }
}
