@_exported import SurprisalCore
@_exported import SurprisalData
@_exported import SurprisalLatent
@_exported import SurprisalReporting
