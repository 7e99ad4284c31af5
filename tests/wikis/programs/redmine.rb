# Reads Textile texts, each a JSON string on a line, writes what Redmine makes
# of each likewise. Its argument: Redmine's folder wiki_formatting. Of Rails it
# needs little, which stands here.
require 'cgi'
require 'delegate'
require 'erb'
require 'json'
require 'uri'

class Object
  def blank? = respond_to?(:empty?) ? !!empty? : !self
  def present? = !blank?
  def html_safe = self
end

class String
  def blank? = !/[^[:space:]]/.match?(self)
  alias starts_with? start_with?
end

module ActionView
  module Helpers
    module TagHelper; end
  end
end

module Redmine
  module Helpers
    module URL
      def uri_with_safe_scheme?(uri, schemes = %w[http https ftp mailto])
        !uri.include?(':') || schemes.include?(uri[/\A[a-z]+(?=:)/i].to_s.downcase)
      end

      def uri_with_link_safe_scheme?(uri)
        uri_with_safe_scheme?(uri, %w[http https ftp mailto])
      end
    end
  end
end

dir = ARGV.shift
$LOAD_PATH.unshift(dir)
$LOADED_FEATURES << 'redmine/helpers/url.rb'
require "#{dir}/textile/redcloth3"
require "#{dir}/links_helper"
require "#{dir}/textile/formatter"

$stdout.sync = true
$stdin.each_line { |line| puts JSON.generate(Redmine::WikiFormatting::Textile::Formatter.new(JSON.parse(line)).to_html) }
