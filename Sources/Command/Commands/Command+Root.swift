import Surprisal

extension Command {
  /// The tree of all commands.
  package static let root: Command = .init(
    name: "surprisal",
    summary: "latent-variable models that say how surprised they are, in nats and bits",
    discussion: [
      "Answers go to standard output, messages and progress to standard error. An error is one line, "
        + "leaves standard output empty and changes no file.",
      "An option is written --name VALUE or --name=VALUE, and given once; -- ends the options; - is "
        + "standard input. A file wins over a built-in set of the same name.",
    ],
    examples: [
      Example(
        "surprisal fit gaussian-mixture old-faithful --components 2",
        "fits a mixture of two Gaussians to the eruptions of Old Faithful"),
      Example("surprisal help fit gaussian-mixture", "shows every option of the mixture"),
    ],
    children: [
      fit, select, train, score, assign, sample, condition, evaluate, predict, impute, transform, reconstruct,
      information,
      distribution, bayes, data,
      verify, inspect, helpCommand,
      completions, man,
    ])

  static let fit: Command = .init(
    name: "fit", summary: "fit a model to data",
    examples: [
      Example("surprisal fit gaussian-mixture old-faithful", "chooses the number of components by BIC"),
      Example("surprisal fit k-means old-faithful --clusters 2", "two clusters"),
    ],
    children: [fitGaussianMixture] + fitProductMixtures
      + [fitHiddenMarkov, fitPCA, fitPPCA, fitFactorAnalysis, fitNaiveBayes, fitKMeans], childNoun: "model",
    childPlaceholder: "MODEL")

  static let select: Command = .init(
    name: "select", summary: "compare numbers of components and shapes",
    examples: [
      Example(
        "surprisal select gaussian-mixture old-faithful --components 1-4 --covariances EEE,VVV",
        "a table of eight models and the winner by BIC")
    ],
    children: [selectGaussianMixture] + selectProductMixtures
      + [selectHiddenMarkov, selectPPCA, selectFactorAnalysis, selectLinear], childNoun: "model",
    childPlaceholder: "MODEL")

  static let helpCommand: Command = .init(
    name: "help", summary: "show the help of a command",
    positionals: [
      Positional(name: "COMMAND", help: "a command", isOptional: true),
      Positional(name: "MODEL", help: "the second word of the command", isOptional: true),
    ],
    examples: [Example("surprisal help score", "shows the options of score")],
    action: { arguments, console in
      var path = [root.name]
      var command = root
      for word in arguments.words {
        guard let child = command.child(named: word) else {
          // The parser's own message names the nearest command.
          _ = try command.parse([word])
          break
        }
        command = child
        path.append(child.name)
      }
      try console.write(command.helpText(path: path))
      return ExitCode.success
    })

  static let completions: Command = .init(
    name: "completions", summary: "write a script that completes commands and options in a shell",
    positionals: [
      Positional(name: "SHELL", help: "bash, zsh or fish", completions: Completions.allCases.map(\.rawValue))
    ],
    examples: [
      Example("surprisal completions bash", "the script for bash; source it in ~/.bashrc")
    ],
    action: { arguments, console in
      let word = arguments.word(0) ?? ""
      guard let shell = Completions(rawValue: word) else {
        let names = Completions.allCases.map(\.rawValue)
        throw SurprisalError(
          .usage, "SHELL is one of \(names.joined(separator: ", ")), not '\(word)'",
          remedy: nearest(to: word, among: names).map { "did you mean \($0)?" })
      }
      try console.write(shell.script(for: root))
      return ExitCode.success
    })

  static let man: Command = .init(
    name: "man", summary: "write the manual page",
    examples: [Example("surprisal man", "roff text, for example into share/man/man1/surprisal.1")],
    action: { _, console in
      try console.write(ManualPage.text(for: root, version: SurprisalCommand.version))
      return ExitCode.success
    })
}
