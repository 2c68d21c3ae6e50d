using System.Globalization;
using BenchmarkDotNet.Running;
using Cano.Benchmarks.Quick;
using Cano.Benchmarks.Sweeps;

switch (args)
{
    case ["quick", .. var options]:
        return await QuickMode.RunAsync(options);
    case ["sweep", .. var options]:
        return await Sweep.RunAsync(options);
    case [QuickMode.Verb, var name, var rounds]:
        return await QuickMode.MeasureAsync(name, int.Parse(rounds, CultureInfo.InvariantCulture));
    default:
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return summaries.All(it =>
            !it.HasCriticalValidationErrors && it.Reports.All(report => report.Success)
        )
            ? 0
            : 1;
}
