package dev.servicetokens.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** The server's own PostgreSQL, as the environment names it for the server. */
final class Database {

  static final String URL = "DATASOURCES_DEFAULT_URL";
  static final String USERNAME = "DATASOURCES_DEFAULT_USERNAME";
  static final String PASSWORD = "DATASOURCES_DEFAULT_PASSWORD";

  private Database() {}

  static Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", Environment.require(USERNAME));
    properties.setProperty("password", Environment.require(PASSWORD));
    return DriverManager.getConnection(Environment.require(URL), properties);
  }
}
