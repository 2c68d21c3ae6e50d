using System.Reflection;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Running;

namespace Cano.Benchmarks.Quick;

/// <summary>A method of a benchmark class, as the quick mode runs it: opened once, run again and again,
/// closed.</summary>
internal sealed class Workload
{
    /// <summary>What the name of a floor begins with.</summary>
    public const string Floor = "floor_";

    private readonly Descriptor _benchmark;
    private readonly object _theme;

    public Workload(Descriptor benchmark)
    {
        _benchmark = benchmark;
        _theme = Activator.CreateInstance(benchmark.Type)!;
        RunAsync = Call(benchmark.WorkloadMethod);
    }

    public string Name => NameOf(_benchmark);

    public string Unit =>
        (
            _benchmark.WorkloadMethod.GetCustomAttribute<UnitAttribute>()
            ?? _benchmark.Type.GetCustomAttribute<UnitAttribute>()
        )!.Name;

    public int UnitsPerRun => _benchmark.OperationsPerInvoke;

    public Func<Task> RunAsync { get; }

    /// <summary>What BenchmarkDotNet would run, in its order.</summary>
    public static IEnumerable<Descriptor> AllOf(Assembly assembly) =>
        assembly
            .GetExportedTypes()
            .Where(type =>
                type.GetMethods().Any(method => method.IsDefined(typeof(BenchmarkAttribute), false))
            )
            .SelectMany(theme => BenchmarkConverter.TypeToBenchmarks(theme).BenchmarksCases)
            .Select(it => it.Descriptor);

    public static string NameOf(Descriptor benchmark) => benchmark.WorkloadMethodDisplayInfo;

    public Task OpenAsync() => Call(_benchmark.GlobalSetupMethod)();

    public Task CloseAsync() => Call(_benchmark.GlobalCleanupMethod)();

    private Func<Task> Call(MethodInfo? method)
    {
        if (method is null)
            return () => Task.CompletedTask;
        if (method.ReturnType != typeof(void))
            return method.CreateDelegate<Func<Task>>(_theme);
        var run = method.CreateDelegate<Action>(_theme);
        return () =>
        {
            run();
            return Task.CompletedTask;
        };
    }
}
